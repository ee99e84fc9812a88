/**
 * The step of the keys: making one, which is backed up before it can be used; opening one; and those
 * that are at hand.
 *
 * A key that is made is nowhere but in its file. It signs once the file has been opened again: that is
 * the proof that there is a backup, and that somebody knows the passphrase.
 *
 * @module
 */
import { isDomain } from '../accord/text.ts'
import { SIGNING as t } from '../pages/english-sign.ts'
import { made } from './made.ts'
import { box, button, copyable, field, fileIn, form, saving } from './sign-form.ts'
import type { KeyAnswer, KeyFailure, KeyWork } from './sign-key-work.ts'
import { isKeyOf, type Keyring } from './sign-keyring.ts'
import type { Step } from './sign-trail.ts'

/** Fewer letters than this are guessed. */
const MIN_PASSPHRASE = 12

/** Fills the step. @param script - path of the worker */
export function addKeys(step: Step, keyring: Keyring, script: string): void {
  const list = made('ul', '', 'keys')
  list.tabIndex = -1
  const show = () => list.replaceChildren(...listed(keyring, list))
  keyring.addEventListener('change', show)
  show()
  step.append(
    made('p', t.keysLead),
    list,
    folded(t.makeKey, makeForm(keyring, script)),
    folded(t.openKey, openForm(keyring, script)),
  )
}

function folded(name: string, inside: Node): HTMLElement {
  const details = made('details')
  details.append(made('summary', name), inside)
  return details
}

function listed(keyring: Keyring, list: HTMLElement): Node[] {
  if (keyring.held.length === 0) return [made('li', t.noKeys(keyring.domain))]
  return keyring.held.map(({ vkey, kept }) => {
    const item = made('li')
    const name = vkey.split('+', 2).join('+')
    item.append(made('p', kept ? t.kept(name) : t.forNow(name)), copyable(name, vkey))
    item.append(
      button(t.forget, async () => {
        await keyring.forget(vkey)
        list.focus()
      }),
    )
    return item
  })
}

function makeForm(keyring: Keyring, script: string): HTMLElement {
  const { domain } = keyring
  const label = field(t.label, t.labelHint(domain), { value: 'officer', maxlength: '32' })
  const first = secret(t.passphrase, t.passphraseHint)
  const second = secret(t.again)
  const done = made('div')
  done.setAttribute('role', 'status')
  const whole = made('div')
  const parts = [made('p', t.makeLead), label.whole, first.whole, second.whole]
  whole.append(
    form(t.makeFile, parts, async () => {
      const name = nameOf(domain, label.input.value.trim())
      const passphrase = checked(first.input.value, second.input.value)
      done.replaceChildren(made('p', t.working))
      const answer = await ask(script, { kind: 'make', name, passphrase }).finally(() =>
        done.replaceChildren(),
      )
      if (answer.kind !== 'made') throw new Error(t.noKeyFile)
      first.input.value = ''
      second.input.value = ''
      const file = `${name.replace('/', '-')}.key`
      done.replaceChildren(
        made('p', t.madeKey(file)),
        saving(t.save(file), file, answer.file),
        made('p', t.thenOpen),
        copyable(name, answer.vkey),
      )
    }),
    done,
  )
  return whole
}

function nameOf(domain: string, label: string): string {
  if (label === '') return domain
  if (!/^[a-z0-9-]{1,32}$/.test(label)) throw new Error(t.badLabel)
  return `${domain}/${label}`
}

function checked(first: string, second: string): string {
  if ([...first].length < MIN_PASSPHRASE) throw new Error(t.shortPassphrase(MIN_PASSPHRASE))
  if (first !== second) throw new Error(t.otherPassphrase)
  return first
}

function openForm(keyring: Keyring, script: string): HTMLElement {
  const file = field(t.keyFile, t.keyFileHint, { type: 'file' })
  const passphrase = secret(t.passphrase, t.onlyIfSealed)
  const keep = box(t.keep, true)
  const done = made('p')
  done.setAttribute('role', 'status')
  const whole = made('div')
  whole.append(
    form(
      t.open,
      [file.whole, passphrase.whole, keep.whole, made('p', t.keepHint, 'quiet')],
      async () => {
        done.replaceChildren(t.working)
        const answer = await fileIn(file.input)
          .then((text) => ask(script, { kind: 'open', text, passphrase: passphrase.input.value }))
          .finally(() => done.replaceChildren())
        if (answer.kind !== 'opened') throw new Error(whyNot(answer))
        const { vkey, key } = answer
        if (!isKeyOf(vkey, keyring.domain)) throw new Error(t.keyOfAnother(vkey, keyring.domain))
        passphrase.input.value = ''
        file.input.value = ''
        await keyring.add({ vkey, key, kept: keep.input.checked })
        done.replaceChildren(t.opened(vkey.split('+', 2).join('+')))
      },
    ),
    done,
  )
  return whole
}

function whyNot(answer: Exclude<KeyAnswer, { kind: 'opened' }>): string {
  return (answer as KeyFailure).why === 'wrong-passphrase' ? t.wrongPassphrase : t.noKeyFile
}

function secret(name: string, hint = '') {
  return field(name, hint, { type: 'password', spellcheck: 'false' })
}

/** Each piece of work has a worker of its own, which ends with it. */
function ask(script: string, work: KeyWork): Promise<KeyAnswer> {
  const worker = new Worker(script, { type: 'module' })
  return new Promise<KeyAnswer>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<KeyAnswer>) => resolve(data))
    worker.addEventListener('error', () => reject(new Error(t.noWorker)))
    worker.postMessage(work)
  }).finally(() => worker.terminate())
}

/** A domain as somebody types it. @throws where it is none */
export function domainOf(typed: string): string {
  const text = typed.trim().toLowerCase().replace(/\.$/, '')
  const domain = /[^ -~]/.test(text) ? new URL(`https://${text}`).host : text
  if (isDomain(domain)) return domain
  throw new Error(t.noDomain)
}

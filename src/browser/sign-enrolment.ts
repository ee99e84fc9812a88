/**
 * The form of a first enrolment: who the party is, and which keys speak for it.
 *
 * @module
 */
import type { EnrolmentV1 } from '../accord/statement.ts'
import { KINDS } from '../pages/english.ts'
import { SIGNING as t } from '../pages/english-sign.ts'
import { made } from './made.ts'
import { button, choice, field, form } from './sign-form.ts'
import { isKeyOf, type Keyring } from './sign-keyring.ts'
import type { Header } from './sign-registry.ts'

/** An enrolment without its header. */
export type Enrolling = Omit<Exclude<EnrolmentV1, { mode: 'cancel' }>, keyof Header>

/** One key of the party. */
interface Line {
  readonly whole: HTMLElement
  readonly vkey: HTMLInputElement
  readonly role: HTMLInputElement
  readonly use: HTMLSelectElement
}

/** Labels of keys that lie in a safe. */
const SAFE: readonly string[] = ['safe', 'recovery', 'backup']

/** Makes the form. */
export function enrolmentForm(
  keyring: Keyring,
  draft: (enrolling: Enrolling) => Promise<void>,
): HTMLElement {
  const name = field(t.name, t.nameHint, { maxlength: '200' })
  const kind = choice(t.kind, Object.entries(KINDS))
  const country = field(t.jurisdiction, t.jurisdictionHint, { maxlength: '2', size: '4' })
  const lei = field(t.lei, t.leiHint, { maxlength: '20' })
  const [daily, safe] = [counted(t.threshold), counted(t.recoveryThreshold)]
  const lines: Line[] = []
  const list = made('div', '', 'lines-of-keys')
  const add = (vkey: string) => {
    const line = lineOf(vkey, lines.length + 1)
    lines.push(line)
    list.append(line.whole)
  }
  const follow = () => {
    for (const { vkey } of keyring.held) {
      if (lines.some((line) => line.vkey.value === vkey)) continue
      const empty = lines.find((line) => line.vkey.value === '')
      if (empty) fill(empty, vkey)
      else add(vkey)
    }
  }
  keyring.addEventListener('change', follow)
  for (const { vkey } of keyring.held) add(vkey)
  if (lines.length === 0) add('')
  const who = [name, kind, country, lei].map(({ whole }) => whole)
  const keys = [
    made('h3', t.theKeys),
    made('p', t.theKeysLead),
    list,
    button(t.addKey, () => add('')),
  ]
  const parts = [...who, ...keys, daily.whole, safe.whole]
  return form(t.draft, parts, () =>
    draft({
      type: 'enrolment/v1',
      mode: 'first',
      pending: null,
      kind: kind.input.value as Enrolling['kind'],
      name: name.input.value.trim(),
      jurisdiction: country.input.value.trim().toUpperCase() || null,
      lei: lei.input.value.trim().toUpperCase() || null,
      ...keysIn(lines, keyring.domain, daily.input, safe.input),
    }),
  )
}

function counted(name: string) {
  return field(name, '', { type: 'number', min: '1', max: '8', value: '1' })
}

function lineOf(vkey: string, n: number): Line {
  const key = field(t.publicKey, '', { spellcheck: 'false' })
  const role = field(t.role, '', { maxlength: '64' })
  const use = choice(t.use, [
    ['daily', t.daily],
    ['recovery', t.inSafe],
    ['none', t.notUsed],
  ])
  const whole = made('fieldset')
  whole.append(made('legend', t.keyN(n)), key.whole, role.whole, use.whole)
  const line = { whole, vkey: key.input, role: role.input, use: use.input }
  fill(line, vkey)
  return line
}

/** The role is at first the label of the key's name. */
function fill({ vkey, role, use }: Line, text: string): void {
  vkey.value = text
  const label = text.split('+', 1)[0]!.split('/')[1] ?? ''
  role.value = label
  use.value = SAFE.includes(label) ? 'recovery' : 'daily'
}

function keysIn(
  lines: readonly Line[],
  domain: string,
  daily: HTMLInputElement,
  safe: HTMLInputElement,
): Pick<Enrolling, 'keys' | 'threshold' | 'recovery'> {
  const filled = lines.filter((line) => line.vkey.value.trim() !== '')
  for (const { vkey } of filled) demandKey(vkey.value.trim(), domain)
  const of = (use: string) =>
    filled
      .filter((line) => line.use.value === use)
      .map(({ vkey, role }) => ({
        vkey: vkey.value.trim(),
        role: role.value.trim() || t.officer,
      }))
  const [keys, recovery] = [of('daily'), of('recovery')]
  if (keys.length === 0) throw new Error(t.noDailyKey)
  return {
    keys,
    threshold: Number(daily.value),
    recovery: recovery.length === 0 ? null : { keys: recovery, threshold: Number(safe.value) },
  }
}

function demandKey(vkey: string, domain: string): void {
  let ours = false
  try {
    ours = isKeyOf(vkey, domain)
  } catch {
    throw new Error(t.noVKey(vkey))
  }
  if (!ours) throw new Error(t.keyOfAnother(vkey, domain))
}

/**
 * The desk: the exact bytes of a statement are shown, signed, and handed in.
 *
 * @module
 */
import { vkeysOf } from '../accord/quorum.ts'
import type { Key } from '../accord/state.ts'
import type { Statement } from '../accord/statement.ts'
import type { Checked, Problem, Submitted } from '../client/api.ts'
import { SIGNING as t } from '../pages/english-sign.ts'
import { made } from './made.ts'
import { domainPart, short } from './sign-domain.ts'
import { area, button, field, form, saving, wrong } from './sign-form.ts'
import type { Keyring } from './sign-keyring.ts'
import { Paper, type Sheet } from './sign-paper.ts'
import { type Registry, sayProblem } from './sign-registry.ts'
import type { Step } from './sign-trail.ts'
import { viewOf } from './sign-view.tsx'

/** What lies on the desk, and what is done with it. */
export interface Work {
  readonly registry: Registry
  readonly keyring: Keyring
  readonly sheet: Sheet
  /** Sent along when it is handed in. */
  readonly cards: readonly string[]
  /** Drafts the same once more where another statement came first; null for one made elsewhere. */
  readonly again: (() => Promise<void>) | null
  readonly onLogged: (paper: Paper, logged: Submitted) => Promise<void>
}

/** Fills the step. */
export async function addDesk(step: Step, work: Work): Promise<void> {
  const { registry, sheet } = work
  const checked = await registry.api.check(sheet.text)
  if (checked.kind === 'problem') throw new Error(sayProblem(checked.document))
  const { statement } = sheet
  const paper = new Paper(sheet, quorumsOf(checked, statement))
  step.append(...shown(paper, checked))
  if (checked.refusal) step.append(wrong(sayProblem({ ...checked.refusal })))
  if (paper.quorums.length === 0) return
  try {
    paper.take(sheet.signatures)
  } catch (e) {
    step.append(wrong((e as Error).message))
  }
  const published = publishing(registry, statement)
  if (published) step.append(published)
  step.append(...(await signing(paper, work)))
}

/** Where a person at the registry has to confirm the domain first, the law did not come to signatures. */
function quorumsOf({ refusal, missing }: Checked, s: Statement): Paper['quorums'] {
  const waits = refusal?.code === 'domain-unconfirmed'
  if (!waits || s.type !== 'enrolment/v1' || s.mode !== 'first') return missing
  const all = vkeysOf([...s.keys, ...(s.recovery?.keys ?? [])])
  return [{ need: all.length, of: all }]
}

function shown(paper: Paper, { document }: Checked): Node[] {
  const changes = document['changes'] as { text: string }[] | undefined
  const follows = (changes ?? []).map(({ text }) => made('li', text))
  const list = made('ul')
  list.append(...follows)
  const bytes = made('pre', paper.text, 'bytes')
  bytes.tabIndex = 0
  bytes.setAttribute('role', 'region')
  bytes.setAttribute('aria-label', t.bytes)
  return [
    made('h3', t.inWords),
    ...viewOf(paper.statement),
    ...(follows.length === 0 ? [] : [made('p', t.wouldFollow), list]),
    made('h3', t.bytes),
    made('p', t.bytesLead(new TextEncoder().encode(paper.text).length)),
    bytes,
    made('p', t.digest),
    made('pre', paper.digest),
  ]
}

function publishing(registry: Registry, s: Statement): HTMLElement | null {
  const shows = s.type === 'enrolment/v1' && (s.mode === 'first' || s.mode === 'recover')
  return shows ? domainPart(registry, s.party, vkeysOf(s.keys)) : null
}

async function signing(paper: Paper, work: Work): Promise<Node[]> {
  const { keyring } = work
  const roles = await rolesOf(work)
  const heading = made('h3', t.signatures)
  heading.tabIndex = -1
  const state = made('div')
  state.setAttribute('role', 'status')
  const acts = made('div', '', 'acts')
  const files = made('p', '', 'files')
  const handIn = made('div')
  const show = () => {
    state.replaceChildren(...stateOf(paper, roles))
    const mine = keyring.held.filter(({ vkey }) => paper.awaits(vkey))
    acts.replaceChildren(
      ...mine.map((held) =>
        button(t.signWith(short(held.vkey)), async () => {
          await paper.sign(held)
          show()
          // The button is gone: on to where it is handed in, or to the next one.
          const next = handIn.querySelector('button') ?? acts.querySelector('button') ?? heading
          next.focus()
        }),
      ),
      ...(mine.length > 0 || paper.complete ? [] : [made('p', t.noKeyHere)]),
    )
    files.replaceChildren(...filesOf(paper))
    handIn.replaceChildren(...(paper.complete ? [handingIn(paper, work)] : [made('p', t.notYet)]))
  }
  keyring.addEventListener('change', show)
  show()
  return [heading, state, acts, others(paper, show), files, made('h3', t.handIn), handIn]
}

/** What the holders of keys do, by vkey. */
async function rolesOf({ registry, sheet }: Work): Promise<ReadonlyMap<string, string>> {
  const { statement } = sheet
  const { party } = await registry.known(statement.party)
  const named = statement.type === 'enrolment/v1' ? statement : null
  const all: readonly Key[] = [
    ...(party?.keys ?? []),
    ...(party?.recovery?.keys ?? []),
    ...(named?.keys ?? []),
    ...(named?.recovery?.keys ?? []),
  ]
  return new Map(all.map(({ vkey, role }) => [vkey, role]))
}

function stateOf(paper: Paper, roles: ReadonlyMap<string, string>): Node[] {
  return paper.quorums.flatMap(({ need, of }) => {
    const signed = of.filter((vkey) => paper.signed.includes(vkey))
    const list = made('ul', '', 'signers')
    for (const vkey of of) {
      const item = made('li', '', signed.includes(vkey) ? 'signed' : 'unsigned')
      item.append(made('bdi', roles.get(vkey) ?? ''), ` ${short(vkey)}: `)
      item.append(made('strong', signed.includes(vkey) ? t.hasSigned : t.hasNotSigned))
      list.append(item)
    }
    return [made('p', t.count(signed.length, need, of.length)), list]
  })
}

/** Signatures that were made elsewhere. */
function others(paper: Paper, show: () => void): HTMLElement {
  const file = field(t.noteFile, t.noteFileHint, { type: 'file', multiple: '' })
  const lines = area(t.pasted, t.pastedHint)
  const taken = made('p')
  taken.setAttribute('role', 'status')
  const whole = made('details')
  whole.append(
    made('summary', t.fromOthers),
    form(t.take, [file.whole, lines.whole], async () => {
      const given = await Promise.all([...(file.input.files ?? [])].map((f) => f.text()))
      if (lines.input.value.trim() !== '') given.push(lines.input.value)
      if (given.length === 0) throw new Error(t.noFile)
      taken.replaceChildren()
      const fresh = given.flatMap((text) => paper.read(text))
      lines.input.value = ''
      file.input.value = ''
      taken.replaceChildren(fresh.length === 0 ? t.nothingNew : t.tookFrom(fresh.map(short)))
      show()
    }),
    taken,
  )
  return whole
}

function filesOf(paper: Paper): (Node | string)[] {
  const statement = `${paper.name}.statement`
  const note = `${paper.name}.note`
  return [
    made('span', t.forOthers),
    ' ',
    saving(t.save(statement), statement, paper.text),
    ...(paper.signed.length === 0 ? [] : [' ', saving(t.save(note), note, paper.note)]),
  ]
}

function handingIn(paper: Paper, { registry, cards, again, onLogged }: Work): HTMLElement {
  const whole = made('div')
  whole.append(
    made('p', t.handInLead),
    button(t.handIn, async () => {
      const answer = await registry.api.submit(paper.note, cards).catch((cause: unknown) => {
        throw new Error(t.noAnswerYet, { cause })
      })
      if (answer.kind === 'logged') return onLogged(paper, answer)
      whole.querySelector('.refused')?.remove()
      whole.append(refused(answer, again))
    }),
  )
  return whole
}

function refused({ code, document }: Problem, again: Work['again']): HTMLElement {
  const whole = wrong(sayProblem(document))
  whole.classList.add('refused')
  const { note } = (document['refusal'] ?? {}) as { note?: string }
  if (note !== undefined) whole.append(saving(t.keepRefusal, 'signed.refusal', note))
  if (code === 'stale-previous' && again) whole.append(button(t.draftAgain, again))
  return whole
}

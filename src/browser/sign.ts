/**
 * The script of the page on which a company signs: who signs, with which keys, what exactly, and what
 * became of it. Nothing leaves this browser but questions and what is handed in.
 *
 * @module
 */
import { formatStatement, type Statement } from '../accord/statement.ts'
import type { Submitted } from '../client/api.ts'
import { WORDS } from '../pages/english.ts'
import { SIGNING as t } from '../pages/english-sign.ts'
import { made } from './made.ts'
import { commitmentForm } from './sign-commitment.ts'
import { addDesk, type Work } from './sign-desk.ts'
import { enrolmentForm } from './sign-enrolment.ts'
import { area, button, field, fileIn, form, isolated, saving, wrong } from './sign-form.ts'
import { Keyring, keptDomains } from './sign-keyring.ts'
import { addKeys, domainOf } from './sign-keys.ts'
import { type Paper, parseSheet, type Sheet } from './sign-paper.ts'
import { type Party, Registry } from './sign-registry.ts'
import { Trail } from './sign-trail.ts'
import { otherWords } from './sign-words.ts'

/** What all steps share. */
interface Desk {
  readonly registry: Registry
  readonly trail: Trail
  /** The text that was chosen; empty for none. */
  readonly instrument: string
  /** Path of the worker for key files. */
  readonly keyFile: string
}

const place = document.querySelector<HTMLElement>('[data-sign]')
if (place) await begin(place)

async function begin(where: HTMLElement): Promise<void> {
  const added = made('div', '', 'added')
  where.append(added)
  const { sign: instrument = '', origin = '', keyFile = '' } = where.dataset
  if (keyFile === '' || !(await canSign())) {
    added.append(made('h2', t.here), wrong(t.noEd25519))
    return
  }
  const registry = new Registry(origin, () => Math.floor(Date.now() / 1000))
  await askWho({ registry, instrument, keyFile, trail: new Trail(added) })
}

async function canSign(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])
    return true
  } catch {
    return false
  }
}

async function askWho(desk: Desk): Promise<void> {
  const step = desk.trail.begin(0, t.here)
  const kept = await keptDomains().catch(() => [])
  const domain = field(t.domain, t.domainHint, {
    ...{ value: kept.length === 1 ? kept[0]! : '', inputmode: 'url', spellcheck: 'false' },
    autocapitalize: 'none',
  })
  step.append(
    made('p', t.hereLead),
    ...(kept.length > 1 ? [made('p', t.keptFor(kept))] : []),
    form(t.goOn, [domain.whole], () => openDomain(desk, domainOf(domain.input.value))),
    sentForm(desk),
  )
}

function sentForm(desk: Desk): HTMLElement {
  const file = field(t.sentFile, t.sentFileHint, { type: 'file' })
  const text = area(t.sentText)
  const whole = made('details')
  whole.append(
    made('summary', t.sent),
    form(t.readIt, [file.whole, text.whole], async () => {
      const given = text.input.value === '' ? await fileIn(file.input) : text.input.value
      const sheet = parseSheet(given)
      const keyring = await showKeys(desk, sheet.statement.party)
      await showDesk(desk, { keyring, sheet, cards: [], again: null }, false)
    }),
  )
  return whole
}

async function showKeys(desk: Desk, domain: string): Promise<Keyring> {
  const keyring = new Keyring(domain)
  await keyring.load()
  addKeys(desk.trail.begin(1, t.keysOf(domain)), keyring, desk.keyFile)
  return keyring
}

async function openDomain(desk: Desk, domain: string): Promise<void> {
  const { party, head } = await desk.registry.known(domain)
  const keyring = await showKeys(desk, domain)
  if (party) await commit(desk, keyring, party)
  else if (head) desk.trail.begin(2, t.depositary, false)
  else enrol(desk, keyring)
}

function enrol(desk: Desk, keyring: Keyring): void {
  const step = desk.trail.begin(2, t.enrol, false)
  const { registry } = desk
  step.append(made('p', t.enrolLead(keyring.domain)))
  const draft: Parameters<typeof enrolmentForm>[1] = async (enrolling) => {
    const header = await registry.header(keyring.domain, null)
    const { type, ...fields } = enrolling
    const sheet = sheetOf({ type, ...header, ...fields })
    await showDesk(desk, { keyring, sheet, cards: [], again: () => draft(enrolling) })
  }
  step.append(enrolmentForm(keyring, draft))
}

async function commit(desk: Desk, keyring: Keyring, party: Party): Promise<void> {
  const { registry, instrument: id } = desk
  const step = desk.trail.begin(2, t.commit, false)
  step.append(whoIs(party))
  if (id === '') {
    step.append(made('p', t.chooseText))
    return
  }
  const versions = await registry.versions(id)
  const words = await registry.words(versions.at(-1)!)
  const other = otherWords(words)
  if (other !== null) throw new Error(t.shownOtherwise(other))
  const holding = party.holdings.find(({ instrument }) => instrument === id) ?? null
  step.append(made('p', holding ? t.holds(WORDS[holding.word], holding.version) : t.holdsNone))
  if (holding?.word === 'active' && holding.version === versions.length) {
    step.append(made('p', t.notDue(holding.until)))
  }
  const draft: Parameters<typeof commitmentForm>[1] = async (committing) => {
    const { head } = await registry.known(party.domain)
    const header = await registry.header(party.domain, head?.digest ?? null)
    const { type, ...fields } = committing.fields
    const sheet = sheetOf({ type, ...header, ...fields } as Statement)
    const { cards } = committing
    await showDesk(desk, { keyring, sheet, cards, again: () => draft(committing) })
  }
  step.append(commitmentForm({ id, versions, words, holding, now: registry.now }, draft))
}

function whoIs({ name, domain, keys, threshold }: Party): HTMLElement {
  const says = made('p')
  says.append(isolated(name), ` (${domain}). ${t.mustSign(threshold, keys.length)}`)
  return says
}

function sheetOf(statement: Statement): Sheet {
  return { statement, text: formatStatement(statement), signatures: [] }
}

async function showDesk(
  desk: Desk,
  work: Omit<Work, 'registry' | 'onLogged'>,
  leads = true,
): Promise<void> {
  const { registry, trail } = desk
  const step = trail.begin(leads ? 3 : 2, t.read, leads)
  const onLogged = (paper: Paper, logged: Submitted) => showLogged(desk, paper, logged)
  await addDesk(step, { ...work, registry, onLogged }).catch((e: unknown) => {
    step.append(wrong((e as Error).message))
  })
}

async function showLogged(desk: Desk, paper: Paper, logged: Submitted): Promise<void> {
  const { registry, trail } = desk
  const { digest, statement } = paper
  const { good, says } = await registry.judged(logged.receipt, digest)
  // What was done is done: the form and the desk are gone.
  const step = trail.begin(2, t.logged)
  const receipt = `${paper.name}.tlog-proof`
  const page = made('a', t.itsPage)
  page.href = `/attestations/${digest}`
  const evidence = made('a', t.evidence)
  Object.assign(evidence, { href: `/v1/attestations/${digest}.accord-evidence` })
  evidence.download = `${paper.name}.accord-evidence`
  const list = made('ul')
  for (const link of [saving(t.receipt, receipt, logged.receipt), evidence, page]) {
    const item = made('li')
    item.append(link)
    list.append(item)
  }
  step.append(
    made('p', t.loggedAs(logged.index, logged.time)),
    good ? made('p', says) : wrong(says),
    list,
  )
  if (statement.type === 'commitment/v1') {
    const { party } = await registry.known(statement.party)
    const { id } = statement.instrument
    const holding = party?.holdings.find(({ instrument }) => instrument === id)
    if (holding) step.append(made('p', t.standsAs(WORDS[holding.word])))
  }
  if (statement.type === 'enrolment/v1') {
    step.append(
      made('p', t.enrolled(statement.party)),
      button(t.nowSign, () => openDomain(desk, statement.party)),
    )
  }
}

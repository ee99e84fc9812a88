/**
 * `accord renew --all`: everything of a party that is due, or overdue, is signed again.
 *
 * A party's statements are a chain, and each has to have seen the one before in the log: so they are
 * signed one after the other. Where several officers sign, the first is written for them, and the
 * command is run again for the next.
 *
 * @module
 */
import type { Command } from 'commander'
import { parseAttestation } from '../accord/attestation.ts'
import { officersOf } from '../accord/card.ts'
import { parseEntry } from '../accord/entry.ts'
import type { Commitment, Version } from '../accord/state.ts'
import { formatStatement, type InstrumentV1, type Statement } from '../accord/statement.ts'
import { formatInstant, formatTime } from '../accord/text.ts'
import { versionOf, type Word, wordAt } from '../accord/word.ts'
import type { Log } from '../client/log.ts'
import { sayParty } from '../client/reminders.ts'
import { quoted } from '../client/sentences.ts'
import type { Answer, Run } from './answer.ts'
import { type AttestOptions, attestWith, type Hands, handsOf } from './attest.ts'
import { longest } from './commitment.ts'
import { renewalLine } from './condition.ts'
import { type DraftOptions, describeMissing, type Make, tryOut } from './draft.ts'
import { CliError, refused } from './failure.ts'
import { defaultName, named, save, unsigned } from './files.ts'
import { demandParty, type Ground, headerOf, readGround, titlesOf } from './ground.ts'
import { domainOfKeys, several } from './keys.ts'
import { summarize } from './summary.ts'
import { confirm, type Terminal } from './terminal.ts'
import { textChanges } from './text-change.ts'

/** Adds the command, by itself and under `accord draft`. */
export function renewCommands(program: Command, drafts: Command, run: Run): void {
  described(program)
    .option('-k, --key <file>', 'a key file to sign with; may be given several times', several)
    .option('-y, --yes', 'sign without asking')
    .action(run<RenewOptions>(renew))
  described(drafts).action(run<RenewOptions>(draftRenewal))
}

function described(parent: Command): Command {
  return parent
    .command('renew')
    .requiredOption('--all', 'everything that is due or overdue; accord commit renew is for one')
    .option('--lapsed', 'what has lapsed too: the party is then bound anew')
    .option('-p, --party <domain>', 'who speaks')
    .description('renew all that is due, after showing it and what became of the text since')
}

interface RenewOptions extends AttestOptions {
  readonly lapsed?: boolean
}

/** A commitment that is to be renewed, as it will be said. */
interface Renewal {
  readonly instrument: string
  readonly version: Version
  readonly current: Commitment
  readonly word: Word
  readonly until: string | null
}

async function renew(terminal: Terminal, options: RenewOptions): Promise<Answer> {
  const hands = await handsOf(terminal, options, 'party')
  const ground = await readGround(terminal, options, hands.policyText)
  const domain = options.party ?? domainOfKeys(hands.signers.map((s) => s.vkey.name))
  if (domain === undefined) throw whoSpeaks()
  const renewals = await chosen(terminal, options, ground, domain)
  if (renewals.length === 0) return nothingDue(ground, domain)
  await show(terminal, ground, domain, renewals)
  if (hands.signers.length > 0) {
    const what = renewals.length === 1 ? 'this renewal' : `these ${renewals.length} renewals`
    await confirm(terminal, `sign ${what}?`, options.yes ?? false)
  }
  return signAll(terminal, { ...options, party: domain, yes: true }, hands, renewals)
}

function whoSpeaks(): CliError {
  return new CliError('KEY_NEEDED', 'expected a key to sign with, or who speaks', {
    advice: 'name a key file with -k, or the party with --party',
  })
}

/** Signs one after the other; each is drafted on the log that has the one before. */
async function signAll(
  terminal: Terminal,
  options: RenewOptions,
  hands: Hands,
  renewals: readonly Renewal[],
): Promise<Answer> {
  const answers: Answer[] = []
  for (const [i, renewal] of renewals.entries()) {
    const left = renewals.slice(i + 1).map((r) => r.instrument)
    answers.push(
      await attestWith(terminal, options, 'party', hands, makeOf(renewal)).catch((error) => {
        throw withRest(error, left)
      }),
    )
  }
  return {
    lines: answers.flatMap((a) => a.lines),
    data: { renewed: answers.map((a) => a.data) },
  }
}

/** What comes after a statement that others have to sign first. */
function withRest(error: unknown, left: readonly string[]): unknown {
  if (!(error instanceof CliError) || error.code !== 'SIGNATURES_MISSING' || left.length === 0) {
    return error
  }
  const then = `then run this again for ${left.join(', ')}: each follows the one before in the log`
  return new CliError(error.code, error.message, {
    advice: `${error.advice}; ${then}`,
    data: { ...error.data, left },
    cause: error,
  })
}

async function draftRenewal(terminal: Terminal, options: RenewOptions): Promise<Answer> {
  if (options.party === undefined) throw whoSpeaks()
  const { policyText } = await handsOf(terminal, { ...options, key: [] }, 'party')
  const ground = await readGround(terminal, options as DraftOptions, policyText)
  const renewals = await chosen(terminal, options, ground, options.party)
  const [first, ...others] = renewals
  if (!first) return nothingDue(ground, options.party)
  await show(terminal, ground, options.party, renewals)
  const statement = makeOf(first)(ground, options.party)
  const { refusal, missing } = tryOut(ground, unsigned(statement))
  if (refusal) throw refused(refusal)
  const text = formatStatement(statement)
  const file = named(defaultName(text, statement), 'statement')
  await save(terminal, file, text)
  const left = others.map((r) => r.instrument)
  return {
    lines: [
      ...summarize(statement, titlesOf(ground)),
      ...missing.map(describeMissing),
      `written to ${file}; each signs with: accord sign ${file} -k KEYFILE`,
      ...(left.length > 0
        ? [`once it is logged, draft again for ${left.join(', ')}: each follows the one before`]
        : []),
    ],
    data: { file, statement, missing, left },
  }
}

/** The same version, with the same reservations and declarations, said again. */
function makeOf({ instrument: id, version, current, until }: Renewal): Make {
  return (ground, domain): Statement => ({
    type: 'commitment/v1',
    ...headerOf(ground, domain),
    instrument: { id, version: version.version, digest: version.digest },
    act: 'renew',
    until,
    reservations: [...current.reservations],
    declarations: [...current.declarations],
    officers: [],
    reason: null,
  })
}

/** What is due and overdue, and what has lapsed where that is wanted. */
async function chosen(
  terminal: Terminal,
  options: RenewOptions,
  ground: Ground,
  domain: string,
): Promise<Renewal[]> {
  const all = renewable(ground, domain)
  const lapsed = all.filter((r) => r.word === 'lapsed')
  const wanted = lapsed.length > 0 && (await wantsLapsed(terminal, options, lapsed))
  return all.filter((r) => r.word !== 'lapsed' || wanted)
}

/** To be bound anew is asked for by itself; nobody is by a yes to something else. */
async function wantsLapsed(
  terminal: Terminal,
  { lapsed, yes, key = [] }: RenewOptions,
  found: readonly Renewal[],
): Promise<boolean> {
  if (lapsed) return true
  const ids = found.map((r) => r.instrument).join(', ')
  if (terminal.ask && !yes && key.length > 0) {
    const answer = await terminal.ask(`${ids}: has lapsed; renew it too? [y/N] `, false)
    return /^y(es)?$/i.test(answer.trim())
  }
  terminal.talk(`${ids}: has lapsed, and is left out; --lapsed renews it too\n`)
  return false
}

function renewable(ground: Ground, domain: string): Renewal[] {
  const { state, now } = ground
  const party = demandParty(state, domain)
  return party.holdings.flatMap(({ instrument, current }) => {
    if (!current) return []
    const version = versionOf(state.get('instrument', instrument)!, current.version)
    const word = wordAt(current, party, version.terms, now)
    if (word !== 'due' && word !== 'overdue' && word !== 'lapsed') return []
    const until = longest(ground, version, current)
    return [{ instrument, version, current, word, until }]
  })
}

function nothingDue({ state, now }: Ground, domain: string): Answer {
  const party = demandParty(state, domain)
  const coming = party.holdings.flatMap(({ instrument, current }) => {
    if (!current) return []
    const { terms } = versionOf(state.get('instrument', instrument)!, current.version)
    const line = renewalLine(party, terms, current, now)
    return line === null ? [] : [`  ${instrument}: ${line}`]
  })
  const lines = [`nothing of ${domain} is to be renewed as of ${formatTime(now)}`, ...coming]
  return { lines, data: { renewed: [] } }
}

/** Says what is signed again, and what has become of the text since. */
async function show(
  terminal: Terminal,
  ground: Ground,
  domain: string,
  renewals: readonly Renewal[],
): Promise<void> {
  const name = demandParty(ground.state, domain).profile.name
  terminal.talk(`${sayParty({ domain, name })} signs again:\n`)
  for (const renewal of renewals) {
    for (const line of await renewalLines(ground, renewal)) terminal.talk(`${line}\n`)
  }
}

async function renewalLines({ log, state }: Ground, r: Renewal): Promise<string[]> {
  const { version, current } = r
  const text = await textAt(log, version.index)
  const before = current.until === null ? 'without end' : `until ${formatInstant(current.until)}`
  return [
    '',
    `${r.instrument}, version ${version.version}: ${quoted(text.title)}`,
    `  it is ${r.word}: it ${r.word === 'lapsed' ? 'held' : 'holds'} ${before}, and will hold ${r.until === null ? 'without end' : `until ${r.until}`}`,
    ...text.clauses.map((c) => `  ${c.id}  ${quoted(c.title)}`),
    ...current.reservations.map((v) => `  reservation to ${v.clause}, again: ${quoted(v.text)}`),
    ...current.declarations.map(
      (d) => `  declares ${d.kind}, again: ${d.value}${d.text === '' ? '' : `: ${quoted(d.text)}`}`,
    ),
    ...(await officerLines(log, current)),
    ...(await laterLines(log, state.get('instrument', r.instrument)!.versions, r, text)),
  ]
}

/** Nobody's card is used again unasked: it was made for one statement. */
async function officerLines(log: Log, { acts }: Commitment): Promise<string[]> {
  const [bytes] = await log.readEntries(acts.at(-1)!, acts.at(-1)! + 1)
  const officers = officersOf(parseAttestation(parseEntry(bytes!).attestation).statement)
  if (officers.length === 0) return []
  const roles = officers.map(({ role }) => quoted(role)).join(', ')
  return [
    `  ${roles} signed before; the renewal names no officer: accord commit renew --officer does`,
  ]
}

/** A later version is another text: it is shown, and never signed by renewing this one. */
async function laterLines(
  log: Log,
  versions: readonly Version[],
  { instrument, version }: Renewal,
  text: InstrumentV1,
): Promise<string[]> {
  const latest = versions.at(-1)!
  if (latest.version === version.version) return ['  the text is the latest, and has not changed']
  const changes = textChanges(text, await textAt(log, latest.index))
  return [
    `  version ${latest.version} is published, and is not what is signed here. It changes:`,
    ...(changes.length > 0 ? changes : ['nothing but the number']).map((line) => `    ${line}`),
    `  to sign it instead: accord commit renew ${instrument} --version-number ${latest.version}`,
  ]
}

async function textAt(log: Log, index: number): Promise<InstrumentV1> {
  const [bytes] = await log.readEntries(index, index + 1)
  return parseAttestation(parseEntry(bytes!).attestation).statement as InstrumentV1
}

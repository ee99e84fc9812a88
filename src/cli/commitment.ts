/**
 * `accord commit` and `accord report`: a party signs an instrument, and lives with it.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { cardDigest } from '../accord/card.ts'
import { holdingOf } from '../accord/party.ts'
import type { Commitment, Declaration, Reservation, Version } from '../accord/state.ts'
import type { Statement } from '../accord/statement.ts'
import { digestOf, isDigest } from '../accord/text.ts'
import { versionOf } from '../accord/word.ts'
import { readCard } from './card.ts'
import { type Make, type Mount, tryOut } from './draft.ts'
import { CliError, notFound } from './failure.ts'
import { unsigned } from './files.ts'
import { demandParty, type Ground, headerOf, latestVersion } from './ground.ts'
import { several } from './keys.ts'
import { pathOf, type Terminal } from './terminal.ts'
import { daysAfter, parseCount, parsePair, parseWhen } from './values.ts'

/** Adds the commands. */
export function commitmentCommands(parent: Command, mount: Mount): void {
  const commit = parent.command('commit').description('sign an instrument, and what follows')
  for (const [act, description] of BINDING) {
    const command = withOfficers(commit.command(act).description(description))
      .option('--until <when>', 'the day it holds until; by default as long as the terms allow')
      .option('--reserve <clause=text>', 'a reservation; may be given several times', several)
      .option('--declare <kind=value[:text]>', 'a declaration the text asks for', several)
    mount<BindOptions>(command, 'party', (t, options, [id]) => bind(t, act, id!, options))
  }
  for (const [act, description] of LEAVING) {
    const command = withOfficers(commit.command(act).description(description)).option(
      '--reason <text>',
      'why, if it is to be said',
    )
    mount<LeaveOptions>(command, 'party', (t, options, [id]) => leave(t, act, id!, options))
  }
  mount<ReportOptions>(reportCommand(parent), 'party', (terminal, options, [id]) =>
    report(terminal, id!, options),
  )
}

const BINDING = [
  ['sign', 'sign the latest version of an instrument'],
  ['ratify', 'ratify what was signed and accepted'],
  ['renew', 'renew a commitment, or sign a later version beside it'],
] as const

const LEAVING = [
  ['withdraw', 'withdraw; where it binds, after the notice that the terms ask for'],
  ['cancel-withdrawal', 'take a withdrawal back before it takes effect'],
] as const

function withOfficers(command: Command): Command {
  return command
    .argument('<instrument>', 'its id, as in accord show')
    .option('--version-number <n>', 'a version other than the one that is meant by itself')
    .option('--officer <role=card>', "an officer: a card's file, or its digest", several)
}

interface ActOptions {
  readonly versionNumber?: string
  readonly officer?: readonly string[]
}

interface BindOptions extends ActOptions {
  readonly until?: string
  readonly reserve?: readonly string[]
  readonly declare?: readonly string[]
}

interface LeaveOptions extends ActOptions {
  readonly reason?: string
}

async function bind(
  terminal: Terminal,
  act: (typeof BINDING)[number][0],
  id: string,
  options: BindOptions,
): Promise<Make> {
  const reservations = (options.reserve ?? []).map(parseReservation)
  const declarations = (options.declare ?? []).map(parseDeclaration)
  const until = options.until === undefined ? undefined : parseWhen(options.until)
  const officers = await officersFrom(terminal, options)
  return (ground, domain) => {
    const { current, waiting } = heldBy(ground, domain, id)
    const held = act === 'ratify' ? (waiting ?? current) : current
    const version = versionMeant(ground, id, options, act === 'sign' ? null : held)
    const statement: Statement = {
      type: 'commitment/v1',
      ...headerOf(ground, domain),
      instrument: { id, version: version.version, digest: version.digest },
      act,
      until: until ?? longest(ground, version, act === 'sign' ? null : held),
      reservations,
      declarations,
      officers,
      reason: null,
    }
    // Where the act does not follow at all, that is said first.
    if (tryOut(ground, unsigned(statement)).refusal?.code === 'bad-declaration') {
      demandDeclarations(version, declarations)
    }
    return statement
  }
}

async function leave(
  terminal: Terminal,
  act: (typeof LEAVING)[number][0],
  id: string,
  options: LeaveOptions,
): Promise<Make> {
  const officers = await officersFrom(terminal, options)
  return (ground, domain) => {
    const version = versionMeant(ground, id, options, heldBy(ground, domain, id).current)
    return {
      type: 'commitment/v1',
      ...headerOf(ground, domain),
      instrument: { id, version: version.version, digest: version.digest },
      act,
      until: null,
      reservations: [],
      declarations: [],
      officers,
      reason: options.reason ?? null,
    }
  }
}

function heldBy(ground: Ground, domain: string, id: string) {
  return holdingOf(demandParty(ground.state, domain), id)
}

/** The version named; else the one held; else the latest. */
function versionMeant(
  { state }: Ground,
  id: string,
  { versionNumber }: ActOptions,
  held: Commitment | null,
): Version {
  const latest = latestVersion(state, id)
  const n =
    versionNumber === undefined ? (held?.version ?? latest.version) : parseCount(versionNumber)
  if (n < 1 || n > latest.version) {
    throw notFound(`${id} has versions 1 to ${latest.version}, not ${n}`)
  }
  return versionOf(state.get('instrument', id)!, n)
}

/** As long as the terms allow, to the midnight before; null without an end. */
export function longest({ now }: Ground, version: Version, held: Commitment | null): string | null {
  const { validity_days: days } = version.terms
  const before = held?.version === version.version ? (held.until ?? 0) : 0
  return days === null ? null : daysAfter(Math.max(now, before), days)
}

/** Says which declarations the text asks for; the law would only say that they are missing. */
function demandDeclarations({ terms }: Version, made: readonly Declaration[]): void {
  const missing = terms.declarations.filter((kind) => !made.some((d) => d.kind === kind))
  if (missing.length === 0) return
  const ways = missing.map((kind) => `--declare ${kind}=(${VALUES[kind].join('|')})`)
  throw new CliError('USAGE', `the text asks for declarations: ${ways.join(' ')}`, {
    advice: 'a text may follow: --declare compulsion=carve-out:TEXT',
  })
}

const VALUES = {
  compulsion: ['none-known', 'cannot-comment', 'contests-orders', 'carve-out'],
  scope: ['none', 'existing', 'all', 'future'],
} as const

function parseDeclaration(text: string): Declaration {
  const [kind, said] = parsePair(text)
  const colon = said.indexOf(':')
  const value = colon < 0 ? said : said.slice(0, colon)
  if (!Object.hasOwn(VALUES, kind)) {
    throw new CliError('USAGE', `--declare ${kind}: expected ${Object.keys(VALUES).join(' or ')}`)
  }
  const values: readonly string[] = VALUES[kind as keyof typeof VALUES]
  if (!values.includes(value)) {
    throw new CliError('USAGE', `--declare ${kind}: expected one of ${values.join(', ')}`)
  }
  return { kind, value, text: colon < 0 ? '' : said.slice(colon + 1) } as Declaration
}

function parseReservation(text: string): Reservation {
  const [clause, said] = parsePair(text)
  return { clause, text: said }
}

/** Officers as they are named: by a role, and by their card's file or digest. */
function officersFrom(terminal: Terminal, { officer = [] }: ActOptions) {
  return Promise.all(
    officer.map(async (text) => {
      const [role, card] = parsePair(text)
      return { role, card: isDigest(card) ? card : cardDigest(await readCard(terminal, card)) }
    }),
  )
}

interface ReportOptions extends ActOptions {
  readonly from: string
  readonly to: string
  readonly title: string
  readonly url: string
  readonly digest?: string
  readonly file?: string
}

function reportCommand(parent: Command): Command {
  return parent
    .command('report')
    .argument('<instrument>', 'its id, as in accord show')
    .description('enter a progress report: where it is, and its digest')
    .requiredOption('--from <when>', 'the first day of the period')
    .requiredOption('--to <when>', 'the day on which the period ended')
    .requiredOption('--title <title>', 'its title')
    .requiredOption('--url <url>', 'where it is published, https://…')
    .option('--file <file>', 'the report, of which the digest is taken')
    .option('--digest <digest>', 'its digest, where the file is not at hand')
    .addHelpText(
      'after',
      '\nIt counts for the period in which it is logged: accord standing says when that one ends.',
    )
}

async function report(terminal: Terminal, id: string, options: ReportOptions): Promise<Make> {
  const digest = options.file
    ? digestOf(new Uint8Array(await readFile(pathOf(terminal, options.file))))
    : options.digest
  if (digest === undefined || !isDigest(digest)) {
    throw new CliError('USAGE', 'expected the report with --file, or its digest with --digest')
  }
  const period = { from: parseWhen(options.from), to: parseWhen(options.to) }
  const { title, url } = options
  return (ground, domain) => {
    const version = versionMeant(ground, id, options, heldBy(ground, domain, id).current)
    const instrument = { id, version: version.version, digest: version.digest }
    return {
      type: 'report/v1',
      ...headerOf(ground, domain),
      instrument,
      period,
      title,
      url,
      digest,
    }
  }
}

/**
 * `accord confirm`, `notice`, `erase-card`, `takedown`, `publish` and `registry`: what the depositary
 * says.
 *
 * On the registry's own machine the keys are taken from its data directory; the statement goes
 * through the running registry all the same, which alone writes.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { formatVKey, parseVKey } from '../../keys/vkey.ts'
import type { InstrumentV1, NoticeV1, Statement } from '../accord/statement.ts'
import { digestOf, formatTime, isDigest } from '../accord/text.ts'
import type { Make, Mount } from './draft.ts'
import { CliError } from './failure.ts'
import { readJson } from './files.ts'
import { headerOf } from './ground.ts'
import { several } from './keys.ts'
import { pathOf, type Terminal } from './terminal.ts'
import { parseWhen } from './values.ts'

/** Adds the commands. */
export function depositaryCommands(parent: Command, mount: Mount): void {
  mount<ConfirmOptions>(confirmCommand(parent), 'clerk', confirmation)
  mount<NoticeOptions>(noticeCommand(parent), 'depositary', (_terminal, options, [act, subject]) =>
    notice(act!, subject!, options),
  )
  for (const [act, name, description] of WITHHOLDING) {
    const command = parent
      .command(name)
      .argument('<digest>', 'of the statement')
      .description(description)
      .requiredOption('--reason <text>', 'why, for everybody to read: it names nobody')
    mount<NoticeOptions>(command, 'depositary', (_terminal, options, [subject]) =>
      notice(act, demandDigest(subject!), options),
    )
  }
  mount(
    parent
      .command('publish')
      .argument('<file>', 'an instrument, as JSON: every field but the first six')
      .description('publish an instrument, or its next version'),
    'depositary',
    (terminal, _options, [file]) => publish(terminal, file!),
  )
  mount(
    parent
      .command('registry')
      .description('say who keeps this registry once more; --patch says what is different'),
    'depositary',
    () => restate,
  )
}

/** Acts by which something is no longer served, as commands. */
const WITHHOLDING = [
  ['erase', 'erase-card', 'erase the cards of those who signed a statement, for good'],
  ['takedown', 'takedown', 'serve the text of a statement no longer; the log keeps it'],
] as const

function demandDigest(text: string): string {
  if (isDigest(text)) return text
  throw new CliError('USAGE', `expected the digest of a statement, sha256:…, got ${text}`)
}

interface ConfirmOptions {
  readonly keys?: readonly string[]
  readonly how: string
  readonly at?: string
  readonly answer?: string
  readonly unreachable?: boolean
}

function confirmCommand(parent: Command): Command {
  return parent
    .command('confirm')
    .argument('<domain>', 'the domain that was asked')
    .description('log which keys a domain showed, checked by hand')
    .option('--keys <vkey>', 'a key that was seen there; may be given several times', several)
    .requiredOption('--how <text>', 'what was done, for everybody to read')
    .option('--at <when>', 'when; by default now')
    .option('--answer <file>', 'what was seen, of which the digest is logged')
    .option('--unreachable', 'nobody answered')
}

/** A check by hand, by method `manual`. */
async function confirmation(
  terminal: Terminal,
  options: ConfirmOptions,
  [subject]: string[],
): Promise<Make> {
  const answer = options.answer
    ? digestOf(new Uint8Array(await readFile(pathOf(terminal, options.answer))))
    : null
  const at = options.at === undefined ? formatTime(terminal.now()) : parseWhen(options.at)
  const keys = (options.keys ?? []).map((text) => formatVKey(parseVKey(text.split(':')[0]!)))
  const outcome = options.unreachable ? 'unreachable' : 'answered'
  const evidence = { asked: options.how, answer, dnssec: null }
  const check = { subject: subject!, method: 'manual', at, outcome, keys, evidence } as const
  return (ground, party) => ({
    type: 'verification/v1',
    ...headerOf(ground, party),
    checks: [check],
  })
}

interface NoticeOptions {
  readonly reason: string
  readonly until?: string
}

const ACTS = [
  'accept',
  'refuse',
  'suspend',
  'reinstate',
  'extend',
  'release',
  'erase',
  'takedown',
] as const

function noticeCommand(parent: Command): Command {
  return parent
    .command('notice')
    .argument('<act>', ACTS.join(', '))
    .argument('<subject>', 'the digest of a statement; for release, a domain')
    .description('accept, refuse, suspend, reinstate, extend or release, with a reason')
    .requiredOption('--reason <text>', 'why, for everybody to read')
    .option('--until <when>', 'for extend: the later day')
}

function notice(act: string, subject: string, { reason, until }: NoticeOptions): Make {
  if (!ACTS.some((a) => a === act)) {
    throw new CliError('USAGE', `expected ${ACTS.join(', ')}, got ${act}`)
  }
  const when = until === undefined ? null : parseWhen(until)
  return (ground, party) =>
    ({
      type: 'notice/v1',
      ...headerOf(ground, party),
      act,
      subject,
      reason,
      until: when,
    }) as NoticeV1
}

/** `replaces` is what the log says: nobody knows the digest of a statement beforehand. */
async function publish(terminal: Terminal, file: string): Promise<Make> {
  const fields = (await readJson(terminal, file)) as InstrumentV1
  return (ground, party) => {
    const replaces = ground.state.get('instrument', fields.id)?.versions.at(-1)?.digest ?? null
    return { ...fields, type: 'instrument/v1', ...headerOf(ground, party), replaces }
  }
}

/** What the registry says of itself now. */
function restate(...[ground, party]: Parameters<Make>): Statement {
  const { depositary, log, keys, threshold, recovery } = ground.registry.keeping
  const { rules } = ground.registry
  return {
    type: 'registry/v1',
    ...headerOf(ground, party),
    depositary,
    log: [...log],
    keys: [...keys],
    threshold,
    recovery: recovery!,
    rules,
  }
}

/**
 * `accord enrol`, `rotate`, `recover`, `replace-recovery`, `cancel` and `succeed`: who a party is,
 * and which keys speak for it.
 *
 * @module
 */
import { type Command, Option } from 'commander'
import { parseVKey } from '../../keys/vkey.ts'
import type { Key, Profile } from '../accord/state.ts'
import type { EnrolmentV1, Statement } from '../accord/statement.ts'
import { isDigest } from '../accord/text.ts'
import { isBinding, versionOf, wordAt } from '../accord/word.ts'
import { quoted } from '../client/sentences.ts'
import type { Make, Mount } from './draft.ts'
import { CliError } from './failure.ts'
import { demandParty, type Ground, headerAfter, headerOf } from './ground.ts'
import { domainOfKeys, parseKey, several } from './keys.ts'
import type { Terminal } from './terminal.ts'
import { parseCount } from './values.ts'

const KINDS = ['company', 'state', 'organization', 'panel']

type Change = Exclude<EnrolmentV1, { mode: 'cancel' }>

/** Adds the commands. */
export function enrolmentCommands(parent: Command, mount: Mount): void {
  mount<EnrolOptions>(enrolCommand(parent), 'newcomer', (_terminal, options) => enrol(options))
  mount<RotateOptions>(rotateCommand(parent), 'party', (_terminal, options) => rotate(options))
  mount<RecoverOptions>(
    parent
      .command('recover')
      .description('put new daily keys in force with the recovery keys, after the delay')
      .option('--keys <vkey:role>', 'a new daily key; may be given several times', several)
      .option('--threshold <n>', 'how many daily keys must sign; by default as before')
      .option('--name <name>', 'the name that is shown; by default as before'),
    'party',
    recover,
  )
  mount<EnrolOptions>(
    withRecovery(parent.command('replace-recovery').description('exchange the recovery keys')),
    'party',
    (_terminal, options) => replaceRecovery(options),
  )
  mount(
    parent
      .command('cancel')
      .argument('<digest>', 'the statement that announced the change')
      .description('cancel a pending change with the recovery keys'),
    'party',
    (_terminal, _options, [digest]) => cancel(digest!),
  )
  mount<SucceedOptions>(succeedCommand(parent), 'party', (terminal, options, [domain]) =>
    succeed(terminal, domain!, options),
  )
}

interface EnrolOptions {
  readonly domain?: string
  readonly name?: string
  readonly kind?: Change['kind']
  readonly jurisdiction?: string
  readonly lei?: string
  readonly keys?: readonly string[]
  readonly threshold?: string
  readonly recovery?: readonly string[]
  readonly recoveryThreshold?: string
}

function enrolCommand(parent: Command): Command {
  const command = parent
    .command('enrol')
    .description('enter a party: its name, its keys, its recovery keys')
    .option('--domain <domain>', 'the domain; by default that of the keys')
    .requiredOption('--name <name>', 'the name that is shown')
    .addOption(new Option('--kind <kind>', 'what it is').choices(KINDS).default('company'))
    .option('--jurisdiction <country>', 'two capital letters')
    .option('--lei <lei>', 'legal entity identifier')
    .requiredOption('--keys <vkey:role>', 'a daily key; may be given several times', several)
    .option('--threshold <n>', 'how many daily keys must sign', '1')
  return withRecovery(command)
}

function withRecovery(command: Command): Command {
  return command
    .option('--recovery <vkey:role>', 'a recovery key; may be given several times', several)
    .option('--recovery-threshold <n>', 'how many recovery keys must sign', '1')
}

function enrol(options: EnrolOptions): Make {
  const keys = keysFrom(options.keys)
  const profile: Profile = {
    name: options.name!,
    jurisdiction: options.jurisdiction ?? null,
    lei: options.lei ?? null,
    keys,
    threshold: parseCount(options.threshold!),
    recovery: recoveryFrom(options),
  }
  const domain = options.domain ?? domainOfKeys(keys.map((k) => parseVKey(k.vkey).name))!
  return (ground) => ({
    type: 'enrolment/v1',
    ...headerAfter(ground, domain, null),
    mode: 'first',
    pending: null,
    kind: options.kind!,
    ...copy(profile),
  })
}

interface RotateOptions {
  readonly add?: readonly string[]
  readonly remove?: readonly string[]
  readonly threshold?: string
  readonly name?: string
  readonly jurisdiction?: string
  readonly lei?: string
}

function rotateCommand(parent: Command): Command {
  return parent
    .command('rotate')
    .description('change the daily keys, or what the record says of the party; at once')
    .option('--add <vkey:role>', 'a key that is added; may be given several times', several)
    .option('--remove <name+id>', 'a key that leaves; may be given several times', several)
    .option('--threshold <n>', 'how many daily keys must sign')
    .option('--name <name>', 'another name')
    .option('--jurisdiction <country>', 'another country')
    .option('--lei <lei>', 'another legal entity identifier')
}

function rotate(options: RotateOptions): Make {
  return (ground, domain) => {
    const { profile } = demandParty(ground.state, domain)
    const { name, jurisdiction, lei, threshold } = options
    return changed(ground, domain, 'rotate', {
      ...profile,
      ...defined({ name, jurisdiction, lei }),
      ...(threshold === undefined ? {} : { threshold: parseCount(threshold) }),
      keys: [...without(profile.keys, options.remove ?? []), ...keysFrom(options.add)],
    })
  }
}

interface RecoverOptions {
  readonly keys?: readonly string[]
  readonly threshold?: string
  readonly name?: string
}

function recover(terminal: Terminal, options: RecoverOptions): Make {
  return (ground, domain) => {
    const { profile } = demandParty(ground.state, domain)
    const keys = keysFrom(options.keys)
    if (keys.length === 0) throw new CliError('USAGE', 'expected the new daily keys with --keys')
    const { threshold, name } = options
    terminal.talk(`${stays(profile, options)}\n`)
    return changed(ground, domain, 'recover', {
      ...profile,
      ...defined({ name }),
      keys,
      threshold: threshold === undefined ? profile.threshold : parseCount(threshold),
    })
  }
}

/** What a recovery leaves as it found it: a thief may have written it. */
function stays({ name, threshold, jurisdiction, lei }: Profile, options: RecoverOptions): string {
  const left = [
    ...(options.threshold === undefined ? [`threshold ${threshold}`] : []),
    ...(options.name === undefined ? [`name ${quoted(name)}`] : []),
    `jurisdiction ${jurisdiction ?? 'not given'}`,
    `lei ${lei ?? 'not given'}`,
  ]
  return `stays as the record has it, whoever wrote that: ${left.join(', ')}`
}

function replaceRecovery(options: EnrolOptions): Make {
  return (ground, domain) =>
    changed(ground, domain, 'replace-recovery', {
      ...demandParty(ground.state, domain).profile,
      recovery: recoveryFrom(options),
    })
}

function changed(
  ground: Ground,
  domain: string,
  mode: 'rotate' | 'recover' | 'replace-recovery',
  profile: Profile,
): Statement {
  const { kind } = demandParty(ground.state, domain)
  const header = headerOf(ground, domain)
  return { type: 'enrolment/v1', ...header, mode, pending: null, kind, ...copy(profile) }
}

function cancel(pending: string): Make {
  if (!isDigest(pending)) throw new CliError('USAGE', `expected a digest, got ${pending}`)
  return (ground, domain) => ({
    type: 'enrolment/v1',
    ...headerOf(ground, domain),
    mode: 'cancel',
    pending,
    kind: null,
    name: null,
    jurisdiction: null,
    lei: null,
    keys: [],
    threshold: null,
    recovery: null,
  })
}

interface SucceedOptions {
  readonly kind?: 'rename' | 'merger' | 'acquisition'
  readonly instrument?: readonly string[]
}

function succeedCommand(parent: Command): Command {
  return parent
    .command('succeed')
    .argument('<successor>', 'the domain that takes over')
    .description('hand commitments over to another party, which signs too; after the delay')
    .addOption(
      new Option('--kind <kind>', 'why')
        .choices(['rename', 'merger', 'acquisition'])
        .makeOptionMandatory(),
    )
    .option('--instrument <id>', 'one that goes over; may be given several times', several)
}

function succeed(terminal: Terminal, successor: string, options: SucceedOptions): Make {
  return (ground, domain) => {
    const instruments = [...(options.instrument ?? [])]
    warnOfEnd(terminal, ground, domain, instruments)
    return {
      type: 'succession/v1',
      ...headerOf(ground, domain),
      successor,
      successor_previous: demandParty(ground.state, successor).head.digest,
      kind: options.kind!,
      instruments,
    }
  }
}

/** What is not named ends with the party. */
function warnOfEnd(
  terminal: Terminal,
  { state, now }: Ground,
  domain: string,
  passed: readonly string[],
): void {
  const party = demandParty(state, domain)
  for (const { instrument, current } of party.holdings) {
    if (!current || passed.includes(instrument)) continue
    const { terms } = versionOf(state.get('instrument', instrument)!, current.version)
    if (!isBinding(wordAt(current, party, terms, now))) continue
    terminal.talk(`${instrument} ends with ${domain}; to pass it: --instrument ${instrument}\n`)
  }
}

function keysFrom(texts: readonly string[] = []): Key[] {
  return texts.map(parseKey)
}

function recoveryFrom({ recovery, recoveryThreshold }: EnrolOptions): Profile['recovery'] {
  if (!recovery) return null
  return { keys: keysFrom(recovery), threshold: parseCount(recoveryThreshold!) }
}

/** Keys but for those named, by vkey or by name and id. */
function without(keys: readonly Key[], gone: readonly string[]): Key[] {
  const isNamed = (vkey: string, name: string) => vkey === name || vkey.startsWith(`${name}+`)
  const missing = gone.find((name) => !keys.some((k) => isNamed(k.vkey, name)))
  if (missing !== undefined) throw new CliError('USAGE', `${missing} is no daily key in force`)
  return keys.filter((k) => !gone.some((name) => isNamed(k.vkey, name)))
}

function copy({ keys, ...profile }: Profile) {
  return { ...profile, keys: [...keys] }
}

function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, v]) => v !== undefined)) as never
}

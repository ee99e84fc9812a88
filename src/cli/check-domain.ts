/**
 * `accord check-domain`: asks a domain for its keys as a registry would, and says what is missing.
 *
 * See docs/spec/domain-binding.md.
 *
 * @module
 */
import type { Command } from 'commander'
import { formatVKey, parseVKey } from '../../keys/vkey.ts'
import { livingParty } from '../accord/party.ts'
import { vkeysOf } from '../accord/quorum.ts'
import { formatTime, isDomain, isOrigin } from '../accord/text.ts'
import {
  describe,
  differenceOf,
  publication,
  type Seen,
  type Verdict,
  verdictOf,
} from '../domain/advice.ts'
import { type Asking, askDomain, type Sighting } from '../domain/ask.ts'
import { formatLine, formatRecord, recordName, wellKnownUrl } from '../domain/binding.ts'
import { isHostName } from '../domain/label.ts'
import type { Sought } from '../domain/reading.ts'
import { openAsking } from '../node/asking.ts'
import { readSettings } from '../node/config.ts'
import { parsePolicy } from '../tlog/policy.ts'
import type { Answer, Common, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { readGround } from './ground.ts'
import { domainOfKeys, openKeys, parseKey, several } from './keys.ts'
import { readPolicy } from './source.ts'
import { pathOf, type Terminal } from './terminal.ts'

interface CheckOptions extends Common {
  readonly keys?: readonly string[]
  readonly key?: readonly string[]
  readonly origin?: string
  readonly resolver?: readonly string[]
}

/** What the domain is to show, and for which registry. */
type Wanted = Omit<Seen, 'sightings'>

/** Adds the command. */
export function checkDomainCommand(program: Command, run: Run): void {
  program
    .command('check-domain')
    .argument('<domain>', 'the domain that is asked, over DNS and HTTPS')
    .description(
      'ask a domain for its keys as a registry would; by default for those of its record',
    )
    .option('--keys <vkey>', 'a key it is to show instead; may be given several times', several)
    .option('-k, --key <file>', 'a key file whose key it is to show instead', several)
    .option('--origin <origin>', "the registry's name; by default that of the policy")
    .option(
      '--resolver <address>',
      'whom to ask over DNS (ACCORD_RESOLVERS); all must agree',
      several,
    )
    .action(run<CheckOptions>((terminal, options, [domain]) => check(terminal, options, domain!)))
}

async function check(terminal: Terminal, options: CheckOptions, domain: string): Promise<Answer> {
  if (!isDomain(domain)) {
    throw new CliError('USAGE', `expected a domain such as contoso.com, got ${domain}`)
  }
  if (!isHostName(domain)) {
    throw new CliError('USAGE', `expected a name that browsers go to, got ${domain}`, {
      advice: 'what ends in a number is read as an address; a label in xn-- has to be well formed',
    })
  }
  const asking = await askingOf(terminal, options)
  const wanted = await wantedOf(terminal, options, domain)
  const question = { ...wanted, methods: ['dns', 'https'] as const, clock: terminal.now }
  const [sightings, addresses] = await Promise.all([
    askDomain(asking, question),
    addressesOf(asking, domain),
  ])
  return answerOf({ ...wanted, sightings }, addresses)
}

/** The settings of a registry say how domains are asked; no other setting of one matters here. */
async function askingOf(terminal: Terminal, { resolver }: CheckOptions): Promise<Asking> {
  const names = ['ACCORD_RESOLVERS', 'ACCORD_DOMAIN_NETWORKS', 'ACCORD_DOMAIN_PORT']
  const own = names.map((name) => [name, terminal.env[name]])
  const file = terminal.env['ACCORD_DOMAIN_CA']
  return openAsking(
    readSettings({
      ...Object.fromEntries(own),
      ...(file ? { ACCORD_DOMAIN_CA: pathOf(terminal, file) } : {}),
      ...(resolver ? { ACCORD_RESOLVERS: resolver.join(',') } : {}),
    }),
  )
}

async function wantedOf(
  terminal: Terminal,
  options: CheckOptions,
  domain: string,
): Promise<Wanted> {
  const { keys = [], key = [], origin } = options
  if (origin !== undefined && !isOrigin(origin)) {
    throw new CliError(
      'USAGE',
      `expected a log's origin such as registry.example/accord, got ${origin}`,
    )
  }
  const signers = await openKeys(terminal, key)
  const vkeys = [
    ...keys.map((text) => parseVKey(parseKey(text).vkey)),
    ...signers.map(({ vkey }) => vkey),
  ]
  if (vkeys.length === 0) return recorded(terminal, options, domain)
  if (domainOfKeys(vkeys.map(({ name }) => name)) !== domain) {
    throw new CliError('KEY_OF_ANOTHER', `expected keys of ${domain}, got ${vkeys[0]!.name}`)
  }
  const wanted = [...new Set(vkeys.map(formatVKey))]
  return { domain, wanted, origin: origin ?? (await originOf(terminal, options)) }
}

/** The daily keys in force, as the log has them. */
async function recorded(
  terminal: Terminal,
  options: CheckOptions,
  domain: string,
): Promise<Wanted> {
  if (options.origin !== undefined) {
    throw new CliError('USAGE', 'expected --keys or --key beside --origin', {
      advice: 'without them the keys are read from the log, and so is its name',
    })
  }
  const { state, registry } = await readGround(
    terminal,
    options,
    await readPolicy(terminal, options),
  )
  const party = livingParty(state, domain)
  if (!party) {
    throw new CliError('NOT_FOUND', `${domain} is no living party of this registry`, {
      advice: 'name the keys that it is to show with --keys VKEY or -k KEYFILE',
    })
  }
  const { pending, profile } = party
  const recovering = pending?.mode === 'recover'
  if (recovering) {
    const from = formatTime(pending.at)
    terminal.talk(
      `a recovery is pending: from ${from} on its keys are the party's, and to be shown now\n`,
    )
  }
  const { keys } = recovering ? pending.value : profile
  return { domain, origin: registry.origin, wanted: vkeysOf(keys) }
}

/** The registry's name, where the policy has one log. */
async function originOf(terminal: Terminal, options: CheckOptions): Promise<string> {
  const { logs } = parsePolicy(await readPolicy(terminal, options))
  const [only, ...more] = new Set(logs.map(({ vkey }) => vkey.name))
  if (only !== undefined && more.length === 0) return only
  throw new CliError('USAGE', 'the policy does not say for which registry', {
    advice: 'name it with --origin',
  })
}

/** Where the domain is, for people: the first resolver's word. */
async function addressesOf({ resolvers }: Asking, domain: string): Promise<readonly string[]> {
  const answers = await Promise.all(
    (['A', 'AAAA'] as const).map((type) => resolvers[0]!.ask(domain, type)),
  )
  return answers.flatMap((a) => (a.outcome === 'answered' ? a.addresses : []))
}

const EXITS = { shown: 0, 'not-shown': 1, unknown: 2 } as const
const WORDS: Readonly<Record<Verdict, string>> = {
  shown: 'shown',
  'not-shown': 'not shown',
  unknown: 'cannot tell',
}

function answerOf(seen: Seen, addresses: readonly string[]): Answer {
  const { domain, origin, wanted, sightings } = seen
  const verdict = verdictOf(sightings, wanted)
  const dnssec = sightings.find(({ check }) => check.method === 'dns')?.check.evidence.dnssec
  return {
    lines: [
      `${domain}: ${WORDS[verdict]}, for ${origin}`,
      ...describe(seen).map((line) => `  ${line}`),
      `  DNSSEC ${dnssec ?? 'unknown'}, addresses ${addresses.join(' ') || 'none'}`,
      ...(verdict === 'shown' ? [] : ['publish, on one channel or on both:', ...publication(seen)]),
    ],
    data: {
      ...{ domain, origin, verdict, wanted, addresses },
      sightings: sightings.map((sighting) => spelled(sighting, wanted)),
      publish: published(seen),
    },
    exit: EXITS[verdict],
  }
}

function spelled(sighting: Sighting, wanted: readonly string[]): object {
  const { missing, surplus } = differenceOf(sighting, wanted)
  const { check, why, remarks } = sighting
  return { ...check, why, remarks, missing, surplus }
}

function published({ domain, origin, wanted }: Sought & Wanted): object {
  return {
    dns: {
      name: recordName(domain),
      records: wanted.map((vkey) => formatRecord({ origin, vkey })),
    },
    https: {
      url: wellKnownUrl(domain),
      lines: wanted.map((vkey) => formatLine({ origin, vkey })),
    },
  }
}

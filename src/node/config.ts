/**
 * Every setting of the registry, in one place: what it is, and who could abuse it.
 *
 * @module
 */
import * as z from 'zod'
import { isDomain } from '../accord/text.ts'
import { parseNetwork } from '../domain/address.ts'
import { parseServer } from './dns.ts'

/**
 * - `BAD_SETTING`: a setting that cannot be
 * - `PORT_TAKEN`: another process listens where this one was to
 */
export type ConfigCode = 'BAD_SETTING' | 'PORT_TAKEN'

/** A setting that is wrong. */
export class ConfigError extends Error {
  readonly code: ConfigCode
  constructor(message: string, code: ConfigCode = 'BAD_SETTING', options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'ConfigError'
    this.code = code
  }
}

const setting = <T extends z.ZodType>(schema: T, description: string, trust: string) =>
  schema.meta({ description, trust })

const PORT_RANGE = 'a number from 0 to 65535'

const port = z
  .string()
  .regex(/^[0-9]{1,5}$/, PORT_RANGE)
  .transform(Number)
  .pipe(z.int().max(65_535, PORT_RANGE))

/** One or more, with commas between them. */
const listOf = (is: (text: string) => boolean, expected: string) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.string().refine(is, expected)))

const isResolver = (text: string) =>
  parseServer(text) !== null || /^https:\/\/[!-+\--~]+$/.test(text)

/** How much in a day, or `none`. */
const quota = (standard: number) =>
  z
    .string()
    .regex(/^(none|[1-9][0-9]{0,6})$/, 'a number from 1 to 9999999, or none')
    .transform((text) => (text === 'none' ? null : Number(text)))
    .default(standard)

/** `https://host/path` without the slash at its end; `http://` for a machine of one's own. */
const base = z
  .string()
  .regex(/^https?:\/\/[!-~]{0,1991}[!-.0-~]$/, 'http:// or https://, and no slash at the end')

/**
 * The settings, by the name of the environment variable. Each one's `trust` says who could abuse
 * it, and how far; README repeats it.
 */
export const settings = z.object({
  HOST: setting(
    z.string().min(1).default('127.0.0.1'),
    'The address to listen on.',
    'Anything but a loopback address lets the network send statements. They are judged all the same, but put a proxy with TLS and rate limits in front.',
  ),
  PORT: setting(
    port.default(8787),
    'The port to listen on; 0 takes a free one.',
    'Whoever listens there first can answer in place of the registry. Receipts made by such a one do not verify.',
  ),
  ACCORD_DATA_DIR: setting(
    z.string().min(1).default('data'),
    'The folder of the database, the keys and the published checkpoint.',
    'Whoever can read it has the keys in it; whoever can write it can put an old database back. Only the service should have rights to it.',
  ),
  ACCORD_ORIGIN: setting(
    z
      .string()
      .regex(/^[!-*,-~]{1,255}$/, 'printable ASCII without space or plus')
      .default('registry.localhost/accord'),
    "The log's name for ever: its host, which is the depositary's domain too, and a path.",
    'It is fixed by the first start; another one is refused on existing data, since every signature is good for one origin only.',
  ),
  ACCORD_DEPOSITARY: setting(
    z.string().min(1).max(200).default('The depositary of this registry'),
    'Who keeps the registry, as entry 0 says it. Read at the first start only.',
    'A claim, like any display name. The log, not this setting, says it from then on.',
  ),
  ACCORD_METHODS: setting(
    z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(z.enum(['dns', 'https', 'manual'])).min(1))
      .refine((methods) => new Set(methods).size === methods.length, 'no method twice')
      .default(['dns', 'https']),
    'How domains are asked for their keys: `dns`, `https`, `manual`, with commas. Read at the first start only.',
    'With `manual` the depositary confirms domains by its own word: right for a closed network or a trial, and shown as what it is.',
  ),
  ACCORD_RESOLVERS: setting(
    listOf(isResolver, 'addresses (9.9.9.9, [::1]:5353) or https:// URLs').nullable().default(null),
    "The resolvers that domains are looked up with, with commas: `9.9.9.9`, `[::1]:5353`, `https://…/dns-query`. All must answer, and agree. By default the system's, which stand for each other.",
    'Whoever answers in the place of all of them can show keys of its own at any domain, and say that DNSSEC proved them. Use several, on different paths, and one that validates on the machine itself.',
  ),
  ACCORD_DOMAIN_NETWORKS: setting(
    listOf((text) => parseNetwork(text) !== null, 'addresses or ranges (10.0.0.0/8, fd00::/8)')
      .nullable()
      .default(null),
    'Addresses that domains may have besides public ones, for a closed network: `10.0.0.0/8`, with commas.',
    'Anybody who enrols a domain can then have the registry send a request to any machine in these ranges, and learn from the refusal whether it answers.',
  ),
  ACCORD_DOMAIN_PORT: setting(
    port.refine((n) => n > 0, 'a number from 1 to 65535').default(443),
    'The port of the domains, for a closed network.',
    'With another than 443 the keys may be shown by whoever can listen on that port of a host, who need not be whoever keeps the site.',
  ),
  ACCORD_DOMAIN_CA: setting(
    z.string().min(1).nullable().default(null),
    'A file with root certificates (PEM) that are trusted besides those that Node ships, for a closed network.',
    'Whoever has the key of one of them can show keys in the place of every domain, and stand in for every resolver that is asked over HTTPS.',
  ),
  ACCORD_PUBLIC_URL: setting(
    base.nullable().default(null),
    'The URL under which the world reaches the service; by default the address listened on.',
    'It is printed in answers and in the policy, and decides nothing. A wrong one sends readers elsewhere; what they find there does not verify.',
  ),
  ACCORD_MIRRORS: setting(
    listOf((text) => base.safeParse(text).success, 'http:// or https:// addresses, with commas')
      .nullable()
      .default(null),
    'The addresses of mirrors of this log, with commas. Each is asked at the start; where one has more than the database, nothing is signed.',
    'Nobody by way of it: only what a key of this log has signed counts. Without mirrors or witnesses, a database that is put back together with `published/checkpoint` is not found out.',
  ),
  ACCORD_WITNESS_POLICY: setting(
    z.string().min(1).nullable().default(null),
    'A policy file (C2SP tlog-policy) with the witnesses to ask, each with its URL; it lists this log alone. A checkpoint is public, and a receipt given, once its quorum has cosigned. Served at `/policy.txt`.',
    'Whoever can write it chooses whose cosignatures count here, and can keep every receipt back with a quorum that never answers. Readers decide for themselves whom they trust.',
  ),
  ACCORD_WITNESS_WAIT: setting(
    z.enum(['yes', 'no']).default('yes'),
    'With `no` receipts are given at once, before witnesses are asked, and say so (`witnessed`); the checkpoint is public once the quorum has cosigned, as ever.',
    'With `no` whoever trusts a bare receipt has the word of this registry alone, until the entry is seen under a public checkpoint.',
  ),
  ACCORD_PASSPHRASE_FILE: setting(
    z.string().min(1).nullable().default(null),
    'A file whose first line is the passphrase of the key files, where they have one.',
    'Whoever can read it and the key files can sign as the log and as the clerk.',
  ),
  ACCORD_QUOTA_ADDRESS: setting(
    quota(500),
    'How many statements may be sent or checked from one address (IPv4, or 64 bits of IPv6) in a day, whatever becomes of them; `none` for no limit. Whoever asks from this machine itself, through no proxy, is not counted.',
    'Whoever has many addresses can still send much: parties are counted apart. Addresses are counted in memory, and written down nowhere.',
  ),
  ACCORD_QUOTA_PARTY: setting(
    quota(10),
    'How many statements of one party are logged in a day; `none` for no limit. What its recovery keys say by themselves (`recover`, `cancel`) has ten a day of its own.',
    "Whoever has a party's keys can spend its day, and nobody else can. Without a limit one party can make its own record, and with it every answer about it, as slow as it likes.",
  ),
  ACCORD_QUOTA_DOMAIN: setting(
    quota(10),
    'How many parties enrol in a day under one domain that somebody registered; `none` for no limit.',
    'Whoever holds that domain can spend its day. Without a limit one domain can fill the list of parties.',
  ),
  ACCORD_TRUSTED_PROXIES: setting(
    z
      .string()
      .regex(/^[0-9]$/, 'a number from 0 to 9')
      .transform(Number)
      .default(0),
    'How many proxies of your own stand before the service, each of which appends to `X-Forwarded-For`.',
    'Too many: whoever sends can write any address there, and is counted under it. Too few: everybody behind the proxy is counted as one; at 0 a warning says so. A proxy on this machine that appends nothing is taken for the machine itself: nobody behind it is counted.',
  ),
  ACCORD_EXEMPT: setting(
    z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(z.string().refine(isDomain, 'domains in lower-case A-labels, with commas')))
      .nullable()
      .default(null),
    'Domains, with commas, that may enrol though they or their names look like another: somebody has compared the two. Shown at `/v1/admission`.',
    'An exempt party may look like any other. Whoever has taken a name first keeps it, so this is how the one whose name it is gets in.',
  ),
  ACCORD_LOG_LEVEL: setting(
    z.enum(['debug', 'info', 'warning', 'error']).default('info'),
    'How much is written to stderr, as JSON lines.',
    'No level writes a secret or the body of a statement. At debug every request has its line, with its address.',
  ),
})

/** The settings as they are read. */
export type Settings = z.infer<typeof settings>

/** Names that belong to the command line or to the tests, and are none of the service's. */
const OTHERS = [
  'ACCORD_LOG',
  'ACCORD_POLICY',
  'ACCORD_HOME',
  'ACCORD_REQUIRE',
  'ACCORD_ADMIN_TOKEN',
]

/**
 * Reads the settings.
 *
 * @param env the environment
 * @throws {ConfigError} for a value that cannot be, and for a name that begins with `ACCORD_` and
 *   is no setting: a misspelt setting must not pass for its default
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const names = Object.keys(settings.shape)
  const unknown = Object.keys(env).find(
    (name) => name.startsWith('ACCORD_') && !names.includes(name) && !OTHERS.includes(name),
  )
  if (unknown)
    throw new ConfigError(`${unknown} is no setting; expected one of ${names.join(', ')}`)
  const given = names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))
  const result = settings.safeParse(Object.fromEntries(given))
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  throw new ConfigError(`${issue.path.join('.')}: ${issue.message}`)
}

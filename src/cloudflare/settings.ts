/**
 * Every setting of the registry on Cloudflare: variables and secrets of the Worker. What each means,
 * and who could abuse it, stands in docs/cloudflare.md; most are those of `src/node/config.ts`.
 *
 * @module
 */
import * as z from 'zod'
import { isDomain } from '../accord/text.ts'
import { parsePolicy } from '../tlog/policy.ts'

const listOf = (is: (text: string) => boolean, expected: string) =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.string().refine(is, expected)))

const isHttps = (text: string) => /^https:\/\/[!-+\--~]+[!-+\--.0-~]$/.test(text)

function isPolicy(text: string): boolean {
  try {
    return parsePolicy(text) !== null
  } catch {
    return false
  }
}

/** How much in a day, or `none`. */
const quota = (standard: number) =>
  z
    .string()
    .regex(/^(none|[1-9][0-9]{0,6})$/, 'a number from 1 to 9999999, or none')
    .transform((text) => (text === 'none' ? null : Number(text)))
    .default(standard)

const settings = z.object({
  ACCORD_PUBLIC_URL: z.string().refine(isHttps, 'https://, and no slash at the end'),
  ACCORD_RESOLVERS: listOf(isHttps, 'https:// URLs, with commas').default([
    'https://cloudflare-dns.com/dns-query',
    'https://dns.quad9.net/dns-query',
  ]),
  ACCORD_WITNESS_POLICY: z.string().refine(isPolicy, 'a policy').nullable().default(null),
  ACCORD_WITNESS_WAIT: z.enum(['yes', 'no']).default('yes'),
  ACCORD_MIRRORS: listOf(isHttps, 'https:// addresses, with commas').default([]),
  ACCORD_QUOTA_ADDRESS: quota(500),
  ACCORD_QUOTA_PARTY: quota(10),
  ACCORD_QUOTA_DOMAIN: quota(10),
  ACCORD_EXEMPT: listOf(isDomain, 'domains in lower-case A-labels, with commas').default([]),
  ACCORD_LOG_KEY: z.string().min(1),
  ACCORD_CLERK_KEY: z.string().min(1),
  ACCORD_ADMIN_TOKEN: z.string().min(32, '32 characters or more'),
})

/** The settings as they are read. */
export type Settings = z.infer<typeof settings>

/** A setting that is wrong. No message says anything of a secret's value. */
export class SettingsError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SettingsError'
  }
}

/**
 * Reads the settings from the Worker's bindings.
 *
 * @throws {SettingsError}
 */
export function readSettings(bindings: object): Settings {
  const given = Object.entries(bindings).filter(([, value]) => typeof value === 'string')
  const unknown = given.find(([name]) => name.startsWith('ACCORD_') && !(name in settings.shape))
  if (unknown) throw new SettingsError(`${unknown[0]} is no setting`)
  const result = settings.safeParse(Object.fromEntries(given))
  if (result.success) return result.data
  const { path, message } = result.error.issues[0]!
  throw new SettingsError(`${path.join('.')}: ${message}`)
}

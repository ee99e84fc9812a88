/**
 * Where a domain can be registered: public suffixes, those of hosters among them.
 *
 * See https://publicsuffix.org/.
 *
 * @module
 */
import { parse } from 'tldts'

/** Tenants of a hoster are strangers to each other, as the registrants under `com` are. */
const OPTIONS = { allowPrivateDomains: true, extractHostname: false } as const

/**
 * The part of a domain that somebody registered: `contoso.co.uk` of `www.contoso.co.uk`,
 * `contoso.github.io` of itself. Null for a public suffix: `co.uk`, `github.io`.
 */
export function registrableOf(domain: string): string | null {
  return parse(domain, OPTIONS).domain
}

/** Whether a domain lies under a public suffix that is listed, so that it may be somebody's. */
export function isUnderListed(domain: string): boolean {
  const { domain: registrable, isIcann, isPrivate } = parse(domain, OPTIONS)
  return registrable !== null && (isIcann === true || isPrivate === true)
}

import { sha256 } from '@noble/hashes/sha2.js'
import { formatVKey, vkeyOf } from '../../keys/vkey.ts'

/** Keys for domains to show. Nobody signs with them here, so that any 32 bytes will do. */
export function vkey(name: string): string {
  return formatVKey(vkeyOf(name, sha256(new TextEncoder().encode(name))))
}

export const ORIGIN = 'registry.example/accord'
export const CEO = vkey('contoso.com/ceo')
export const CFO = vkey('contoso.com/cfo')

/** A TXT record's text. */
export function record(key: string, origin = ORIGIN): string {
  return `accord=v1; registry=${origin}; vkey=${key}`
}

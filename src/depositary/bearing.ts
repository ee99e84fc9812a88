/**
 * Domains that a party may bear, whoever else there is: somebody's own, and read as what they are.
 *
 * @module
 */

import { isOneScript } from '../accord/script.ts'
import { isHostName, unicodeDomain } from '../domain/label.ts'
import { registrableOf } from '../domain/suffix.ts'
import { hiddenIn } from './hidden.ts'
import { skeleton } from './skeleton.ts'

/** What is wrong with a domain, in words; null where nothing is. */
export function faultOfBearing(domain: string): string | null {
  const shown = unicodeDomain(domain)
  if (shown === null) return `${domain} has a label that begins with xn-- and stands for nothing`
  if (!isHostName(domain)) return `${domain} ends in a number, and is read as an address`
  if (registrableOf(domain) === null) {
    return `${domain} is a public suffix: others register their domains under it`
  }
  const labels = shown.split('.')
  if (!labels.every(isOneScript)) return `${domain} mixes scripts in a label: it reads ${shown}`
  if (hiddenIn(shown) !== null) return `${domain} has ${hiddenIn(shown)}`
  const posing = !/\.xn--[^.]+$/.test(domain) && labels.some(posesAsAscii)
  return posing ? `${domain} reads ${shown}, every letter of which passes for a Latin one` : null
}

/** A label in another script of which every letter looks like one of ASCII: `аррӏе`. */
function posesAsAscii(label: string): boolean {
  return /[^ -~]/.test(label) && /^[ -~]*$/.test(skeleton(label))
}

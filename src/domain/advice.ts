/**
 * Whether a domain shows what it is to show, what is wrong where it does not, and what to publish.
 *
 * See docs/spec/domain-binding.md, "When a domain shows its keys".
 *
 * @module
 */
import type { Check } from '../accord/state.ts'
import { named, type Sighting } from './ask.ts'
import { formatLine, formatRecord, recordName, wellKnownUrl } from './binding.ts'
import type { Sought } from './reading.ts'

/** Whether one channel shows exactly these keys, and none shows others. */
export function shows(sightings: readonly Sighting[], wanted: readonly string[]): boolean {
  const shown = sightings.map(({ check }) => check.keys).filter((keys) => keys.length > 0)
  const same = (keys: readonly string[]) =>
    keys.length === wanted.length && wanted.every((key) => keys.includes(key))
  return shown.length > 0 && shown.every(same)
}

/** Whether a domain shows its keys; `unknown` where a channel without an answer could have. */
export type Verdict = 'shown' | 'not-shown' | 'unknown'

/** What is to be said of a domain after asking it once. */
export function verdictOf(sightings: readonly Sighting[], wanted: readonly string[]): Verdict {
  if (shows(sightings, wanted)) return 'shown'
  const others = sightings.some(({ check }) => check.keys.length > 0)
  return !others && sightings.some(({ why }) => why !== null) ? 'unknown' : 'not-shown'
}

/** What is between a channel and the keys it is to show. */
export interface Difference {
  readonly method: Check['method']
  /** Keys that are to be shown, and are not. */
  readonly missing: readonly string[]
  /** Keys that are shown, and are not to be. */
  readonly surplus: readonly string[]
}

/** Compares what a channel showed with the keys that are wanted. */
export function differenceOf({ check }: Sighting, wanted: readonly string[]): Difference {
  return {
    method: check.method,
    missing: wanted.filter((key) => !check.keys.includes(key)),
    surplus: check.keys.filter((key) => !wanted.includes(key)),
  }
}

/** What is asked of a domain, and what was seen there. */
export interface Seen extends Sought {
  readonly wanted: readonly string[]
  readonly sightings: readonly Sighting[]
}

/** What each channel says, in lines. */
export function describe({ sightings, wanted }: Pick<Seen, 'sightings' | 'wanted'>): string[] {
  return sightings.flatMap((sighting) => {
    const { check, remarks } = sighting
    return [
      `${check.method}, ${check.evidence.asked}: ${outcomeOf(sighting, wanted)}`,
      ...remarks.map((remark) => `  not counted: ${remark}`),
    ]
  })
}

function outcomeOf(sighting: Sighting, wanted: readonly string[]): string {
  const { check, why } = sighting
  if (why !== null) return `cannot tell: ${why}`
  if (check.keys.length === 0) return 'no keys for this registry'
  const { missing, surplus } = differenceOf(sighting, wanted)
  const parts = [
    ...(missing.length > 0 ? [`lacks ${named(missing)}`] : []),
    ...(surplus.length > 0 ? [`shows more: ${named(surplus)}`] : []),
  ]
  return parts.join('; ') || 'shows exactly these keys'
}

/** The lines to publish, for both channels. */
export function publication({ origin, domain, wanted }: Omit<Seen, 'sightings'>): string[] {
  return [
    `in DNS, TXT records of ${recordName(domain)}:`,
    ...wanted.map((vkey) => `  ${formatRecord({ origin, vkey })}`),
    `and at ${wellKnownUrl(domain)}:`,
    ...wanted.map((vkey) => `  ${formatLine({ origin, vkey })}`),
  ]
}

/** What is wrong, line by line, and what to publish instead. */
export function advise(seen: Seen): string[] {
  return [
    `${seen.domain} does not show exactly these keys: ${named(seen.wanted)}`,
    ...describe(seen),
    'publish, on one channel or on both, and take away what is more:',
    ...publication(seen),
  ]
}

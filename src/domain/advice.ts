/**
 * Whether a domain shows what it is to show.
 *
 * See docs/spec/domain-binding.md.
 *
 * @module
 */
import type { Sighting } from './ask.ts'

/** Whether one channel shows exactly these keys, and none shows others. */
export function shows(sightings: readonly Sighting[], wanted: readonly string[]): boolean {
  const shown = sightings.map(({ check }) => check.keys).filter((keys) => keys.length > 0)
  const same = (keys: readonly string[]) =>
    keys.length === wanted.length && wanted.every((key) => keys.includes(key))
  return shown.length > 0 && shown.every(same)
}

/** What is wrong, line by line. */
export function advise(what: {
  readonly origin: string
  readonly domain: string
  readonly wanted: readonly string[]
  readonly sightings: readonly Sighting[]
}): string[] {
  return what.sightings.map(({ check, why }) => `${check.method}: ${why ?? check.keys.join(', ')}`)
}

/**
 * Makes `src/depositary/confusables.json` from Unicode's `confusables.txt`.
 *
 * `npx tsx bench/confusables.ts FILE`, where FILE is
 * https://www.unicode.org/Public/security/15.0.0/confusables.txt or a later version of it.
 *
 * See https://www.unicode.org/reports/tr39/#Confusable_Detection.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const OUT = new URL('../src/depositary/confusables.json', import.meta.url)
const LICENCE = 'https://www.unicode.org/license.txt'
const PLACE = 'https://www.unicode.org/Public/security'

/** A line of the file: a code point, and what it looks like. */
const LINE = /^([0-9A-F]{4,6})\s*;\s*([0-9A-F ]+?)\s*;\s*MA\b/

/** Prototypes and what looks like them, in hexadecimal. What never survives NFD is left out. */
function readTable(text: string): Record<string, string> {
  const sources = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, source, prototype] = LINE.exec(line) ?? []
    if (source === undefined || prototype === undefined) continue
    const point = String.fromCodePoint(Number.parseInt(source, 16))
    if (point.normalize('NFD') !== point) continue
    sources.set(prototype, [...(sources.get(prototype) ?? []), source])
  }
  const sorted = [...sources].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([prototype, list]) => [prototype, list.sort().join(' ')]))
}

const text = readFileSync(process.argv[2]!, 'utf8')
const version = /^# Version: ([0-9.]+)$/m.exec(text)?.[1]
if (!version) throw new RangeError('expected confusables.txt, with its version at the top')
const prototypes = readTable(text)
const table = {
  version,
  source: `${PLACE}/${version}/confusables.txt`,
  licence: LICENCE,
  prototypes,
}
writeFileSync(OUT, `${JSON.stringify(table, null, 2)}\n`)
console.log(`${fileURLToPath(OUT)}: ${Object.keys(prototypes).length} prototypes`)

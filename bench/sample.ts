/**
 * Ranges of lines for a sampled mutation run: every fourth stretch of ten lines of `src/tlog` and
 * `src/accord`, beginning at an offset.
 *
 * ```sh
 * npx stryker run --mutate "$(npx tsx bench/sample.ts 0)"
 * ```
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const STRETCH = 10
const EVERY = 4
const offset = Number(process.argv[2] ?? 0)

const files = ['src/tlog', 'src/accord'].flatMap((room) =>
  readdirSync(room)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(room, name)),
)

/** Stretches are counted through all files, so that each file gets its share. */
let stretch = offset
const ranges = files.flatMap((file) => {
  const lines = readFileSync(file, 'utf8').split('\n').length
  const starts = Array.from({ length: Math.ceil(lines / STRETCH) }, (_, i) => 1 + i * STRETCH)
  return starts
    .filter(() => stretch++ % EVERY === 0)
    .map((from) => `${file}:${from}-${Math.min(from + STRETCH - 1, lines)}`)
})
console.log(ranges.join(','))

/**
 * Ranges of lines for a sampled mutation run: every n-th stretch of ten lines of `src/tlog` and
 * `src/accord`, beginning at an offset.
 *
 * ```sh
 * npx stryker run --mutate "$(npx tsx bench/sample.ts 12 0)"
 * ```
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const STRETCH = 10
const every = Number(process.argv[2] ?? 12)
const offset = Number(process.argv[3] ?? 0)

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
    .filter(() => stretch++ % every === 0)
    .map((from) => `${file}:${from}-${Math.min(from + STRETCH - 1, lines)}`)
})
console.log(ranges.join(','))

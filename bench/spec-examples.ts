/**
 * Writes into docs/spec what follows from the code: the examples with their digests, the value
 * columns of the tables of fields, and the table of refusals.
 *
 * Run `npx tsx bench/spec-examples.ts` after a change of a format; the tests compare.
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { REFUSALS } from '../src/accord/refusal.ts'
import { statementDigest } from '../src/accord/statement.ts'
import { MARKED, makeExamples } from '../test/spec/examples.ts'
import { TABLE, tables } from '../test/spec/fields.ts'

const folder = new URL('../docs/spec/', import.meta.url)
const CODES = /(?<=<!-- refusals -->\n\|[^\n]*\n\|[^\n]*\n)(?:\|[^\n]*\n)*/
const examples = await makeExamples()

for (const file of readdirSync(folder)) {
  const path = new URL(file, folder)
  const text = readFileSync(path, 'utf8')
  const renewed = text.replace(MARKED, example).replace(TABLE, table).replace(CODES, codes)
  writeFileSync(path, renewed)
}

function example(...match: unknown[]): string {
  const { head, name, tail, digest } = match.at(-1) as Record<string, string>
  const text = examples.get(name!)
  if (text === undefined) throw new RangeError(`no example ${name}`)
  const last = digest === undefined ? '' : `\nDigest: \`${statementDigest(text)}\``
  return `${head}${text}${tail}${last}`
}

function table(...match: unknown[]): string {
  const { head, name, rows } = match.at(-1) as Record<string, string>
  const values = tables().get(name!)
  if (!values) throw new RangeError(`no table ${name}`)
  return (
    head +
    rows!.replace(/^\| `(\w+)` \|.*?\| (.*)\|$/gm, (_, field: string, meaning) => {
      return `| \`${field}\` | ${values.get(field)} | ${meaning}|`
    })
  )
}

function codes(): string {
  return Object.entries(REFUSALS)
    .map(([code, meaning]) => `| \`${code}\` | ${meaning} |\n`)
    .join('')
}

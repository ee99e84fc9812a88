import { fc, test as prop } from '@fast-check/vitest'
import { build } from 'esbuild'
import { beforeAll, expect } from 'vitest'
import { SHARED, SMALL_ZOD } from '../../bench/bundle.ts'
import * as whole from '../../src/accord/statement.ts'
import { statement } from '../accord/arbitrary.ts'

type Statements = Pick<typeof whole, 'formatStatement' | 'parseStatement'>

let small: Statements
beforeAll(async () => {
  const { outputFiles } = await build({
    ...SHARED,
    entryPoints: ['src/accord/statement.ts'],
    platform: 'browser',
    plugins: [SMALL_ZOD],
    write: false,
  })
  const base64 = Buffer.from(outputFiles[0]!.contents).toString('base64')
  small = await import(/* @vite-ignore */ `data:text/javascript;base64,${base64}`)
})

/** What is made of a value: its text, or what is wrong with it. */
function outcome({ formatStatement, parseStatement }: Statements, value: unknown): string {
  try {
    const text = formatStatement(value as whole.Statement)
    expect(parseStatement(text)).toEqual(value)
    return text
  } catch (e) {
    const { code, message } = e as { code?: string; message: string }
    return `${code}: ${message}`
  }
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 0, 0.5, 1e9, 2 ** 53, '', 'first', 'sha256:', [], {}),
  fc.constantFrom('ö'.repeat(9000), '\u0000', '2026-02-30T00:00:00Z', 'a.b', 'https://a'),
  fc.jsonValue(),
)

/** Puts a value in the place of another, some way down; under a name of its own, it is one too many. */
function changed(
  value: unknown,
  way: readonly number[],
  to: unknown,
  name: string | null,
): unknown {
  if (typeof value !== 'object' || value === null || way.length === 0) return to
  const keys = Object.keys(value)
  const key = name ?? keys[way[0]! % Math.max(1, keys.length)] ?? '0'
  const inner = changed((value as Record<string, unknown>)[key], way.slice(1), to, null)
  const whole = { ...value, [key]: inner }
  return Array.isArray(value) ? Object.values(whole) : whole
}

prop.prop([statement], { numRuns: 200 })(
  'the schemas of browsers take what those of zod take',
  (s) => {
    expect(outcome(small, s)).toBe(outcome(whole, s))
    expect(outcome(small, s)).toMatch(/^\{/)
  },
)

prop.prop(
  [statement, fc.array(fc.nat(40), { maxLength: 4 }), odd, fc.option(fc.constantFrom('x', 'type'))],
  { numRuns: 2000 },
)('they refuse what those refuse, in the same words', (s, way, to, name) => {
  const value = changed(s, way, to, name)
  const expected = outcome(whole, value)
  expect(outcome(small, value)).toBe(expected)
})

/**
 * What the schemas of statements use of zod, for browsers: zod's own parsers under a builder of our
 * own. Zod's builder brings every schema that there is, with its JSON Schema, which no verifier needs.
 *
 * test/browser/zod-subset.test.ts holds it against zod.
 *
 * @module
 */
import * as mini from 'zod/mini'
import en from 'zod/v4/locales/en.js'

// No schema is compiled: that takes `eval`, which a strict policy reports as an attempt.
mini.config({ ...en(), jitless: true })

type Schema = mini.ZodMiniType

/** The methods that the schemas call. */
interface Chain {
  min(n: number): Chained
  max(n: number): Chained
  regex(pattern: RegExp, message?: string): Chained
  refine(is: (value: never) => boolean, message: string | { message: string }): Chained
  nullable(): Chained
  meta(): Chained
}
type Chained = Schema & Chain

function chained(schema: Schema): Chained {
  const counts = schema.def.type === 'number'
  const checked = (check: unknown) => chained(schema.check(check as never))
  return Object.assign(schema, {
    min: (n: number) => checked(counts ? mini.gte(n) : mini.minLength(n)),
    max: (n: number) => checked(counts ? mini.lte(n) : mini.maxLength(n)),
    regex: (pattern: RegExp, message?: string) => checked(mini.regex(pattern, message)),
    refine: (is: (value: never) => boolean, message: string | { message: string }) =>
      checked(mini.refine(is as never, message)),
    nullable: () => chained(mini.nullable(schema)),
    meta: () => chained(schema),
  })
}

export const string = () => chained(mini.string())
export const int = () => chained(mini.int())
export const boolean = () => chained(mini.boolean())
export const literal = (value: string) => chained(mini.literal(value))
export const array = (of: Schema) => chained(mini.array(of))
export const strictObject = (shape: Record<string, Schema>) => chained(mini.strictObject(shape))
export const custom = (is: (value: unknown) => boolean, message: string) =>
  chained(mini.custom(is, message))
export const discriminatedUnion = (key: string, options: never) =>
  chained(mini.discriminatedUnion(key, options))

const nothing = () => chained(mini.null())
const oneOf = (values: readonly string[]) => chained(mini.enum(values as never))

export { nothing as null, oneOf as enum }

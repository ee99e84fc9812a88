/**
 * The fields of every object in a statement or a refusal, as docs/spec tabulates them.
 *
 * @module
 */
import * as z from 'zod'
import { card } from '../../src/accord/card.ts'
import * as s from '../../src/accord/schema.ts'
import {
  commitmentV1,
  enrolmentV1,
  instrumentV1,
  noticeV1,
  registryV1,
  reportV1,
  successionV1,
  verificationV1,
} from '../../src/accord/statement.ts'
import { refusalNote } from '../../src/depositary/refusal-note.ts'

/** A table after its mark: heading, rule and rows. */
export const TABLE =
  /(?<head><!-- fields: (?<name>[^>]+) -->\n\|[^\n]*\n\|[-| ]*\n)(?<rows>(?:\|[^\n]*\n)+)/g

const [change, cancel] = enrolmentV1.options
const [binding, withdrawal] = commitmentV1.options
const [act, extend, release] = noticeV1.options
const [compulsion, scope] = s.declaration.options

/** Every statement's schema, by the name that its table has. */
export const STATEMENTS: ReadonlyMap<string, z.ZodObject> = new Map<string, z.ZodObject>([
  ['registry/v1', registryV1],
  ['enrolment/v1', change],
  ['enrolment/v1, cancel', cancel],
  ['instrument/v1', instrumentV1],
  ['commitment/v1', binding],
  ['commitment/v1, withdrawing', withdrawal],
  ['verification/v1', verificationV1],
  ['notice/v1', act],
  ['notice/v1, extend', extend],
  ['notice/v1, release', release],
  ['report/v1', reportV1],
  ['succession/v1', successionV1],
])

/** Every other object's. */
export const OBJECTS: ReadonlyMap<string, z.ZodObject> = new Map<string, z.ZodObject>([
  ['Key', s.key],
  ['Recovery', s.recovery],
  ['Seen', s.seen],
  ['Rules', s.rules],
  ['Clause', s.clause],
  ['Terms', s.terms],
  ['Translation', instrumentV1.shape.translations.element],
  ['InstrumentRef', s.instrumentRef],
  ['Reservation', s.reservation],
  ['Declaration, compulsion', compulsion],
  ['Declaration, scope', scope],
  ['Officer', s.officer],
  ['Check', s.check],
  ['Evidence', s.check.shape.evidence],
  ['Period', reportV1.shape.period],
  ['refusal/v1', refusalNote],
  ['card/v1', card],
])

/** How many of a statement's fields its header has. */
export const HEADER = 6

/** What each mark's table lists: names of fields, in order, and how their values are written. */
export function tables(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const all = new Map<string, ReadonlyMap<string, string>>()
  for (const [name, schema] of STATEMENTS) all.set(name, new Map([...fields(schema)].slice(HEADER)))
  for (const [name, schema] of OBJECTS) all.set(name, fields(schema))
  const header = [...fields(registryV1)].slice(0, HEADER)
  header[0] = ['type', 'the name of the type']
  return all.set('header', new Map(header))
}

/** What a JSON Schema has that is read here. */
interface Schema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
}

function fields(schema: z.ZodObject): Map<string, string> {
  const json = z.toJSONSchema(schema, { unrepresentable: 'any' }) as Schema
  const own = json.$ref ? json.$defs![nameOf(json.$ref)]! : json
  return new Map(Object.entries(own.properties!).map(([name, value]) => [name, describe(value)]))
}

function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1)
}

function describe(s: Schema): string {
  if (s.$ref) return nameOf(s.$ref)
  if (s.anyOf) return s.anyOf.map(describe).join(' or ')
  if (s.const !== undefined) return `\`${JSON.stringify(s.const)}\``
  if (s.enum) return s.enum.map((v) => `\`${JSON.stringify(v)}\``).join(', ')
  if (s.type === 'array') return describeList(s)
  if (s.type === 'object') return `{ ${Object.keys(s.properties!).join(', ')} }`
  if (s.type === 'integer') return `integer, ${s.minimum} to ${bound(s.maximum!)}`
  if (s.pattern) return `\`${s.pattern}\``
  return s.description ?? (s.type === 'string' ? 'text' : `\`${s.type}\``)
}

function describeList({ minItems = 0, maxItems, items }: Schema): string {
  if (maxItems === 0) return '`[]`'
  return `list of ${minItems} to ${maxItems}: ${describe(items!)}`
}

function bound(n: number): string {
  return n === Number.MAX_SAFE_INTEGER ? '2^53 - 1' : String(n)
}

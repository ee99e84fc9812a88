/**
 * Routes: declared once, and both served and described from that.
 *
 * @module
 */
import type { Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type * as z from 'zod'
import { RequestError } from './request-error.ts'
import type { Service } from './service.ts'

/** What a route takes and gives. */
export interface Route<P extends z.ZodObject = z.ZodObject, Q extends z.ZodObject = z.ZodObject> {
  readonly method: 'get' | 'post'
  /** With parameters in braces. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: P
  readonly query?: Q
  /** What is sent, where something is. */
  readonly body?: Answer
  /** What is answered, by status; a problem is answered instead where something is wrong. */
  readonly answers: Readonly<Record<number, Answer>>
}

/** A kind of answer, or of what is sent. */
export interface Answer {
  readonly description: string
  /** By media type. */
  readonly content: Readonly<Record<string, z.ZodType>>
}

/** A request whose parameters are what they should be. */
export interface Asked<P extends z.ZodObject, Q extends z.ZodObject> {
  readonly c: Context
  readonly params: z.output<P>
  readonly query: z.output<Q>
}

/** What is being put together: routes are added to it. */
export interface Api {
  readonly app: Hono
  readonly service: Service
  /** Everything added, for the description. */
  readonly routes: Route[]
}

/** Our own data, as a schema's output type has it but read-only through and through. */
export type Frozen<T> = T extends readonly (infer U)[]
  ? readonly Frozen<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T

/** Answers with JSON, of which the compiler checks that it is what the schema describes. */
export function answerJson<S extends z.ZodType>(
  c: Context,
  _schema: S,
  value: Frozen<z.output<S>>,
  headers: Record<string, string>,
  status: ContentfulStatusCode = 200,
): Response {
  return c.json(value as object, status, headers)
}

/** Answers of JSON in one schema, with status 200. */
export function json(description: string, schema: z.ZodType): Route['answers'] {
  return { 200: { description, content: { 'application/json': schema } } }
}

/** Adds a route. */
export function addRoute<P extends z.ZodObject, Q extends z.ZodObject>(
  api: Api,
  route: Route<P, Q>,
  handle: (asked: Asked<P, Q>) => Promise<Response>,
): void {
  api.routes.push(route as unknown as Route)
  api.app.on(route.method.toUpperCase(), route.path.replace(/\{(\w+)\}/g, ':$1'), (c) => {
    const params = parsed(route.params, c.req.param()) as z.output<P>
    const query = parsed(route.query, single(c.req.queries())) as z.output<Q>
    return handle({ c, params, query })
  })
}

function single(queries: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(queries).map(([name, values]) => {
      if (values.length > 1) throw new RequestError('bad-parameter', `${name}: expected once`)
      return [name, values[0]!]
    }),
  )
}

/** @throws {RequestError} `bad-parameter`, naming the first that is wrong */
function parsed(schema: z.ZodObject | undefined, values: Record<string, string>): object {
  if (!schema) {
    const [name] = Object.keys(values)
    if (name !== undefined) throw new RequestError('bad-parameter', `${name}: expected none`)
    return {}
  }
  const result = schema.safeParse(values)
  if (result.success) return result.data
  throw new RequestError('bad-parameter', plainly(result.error.issues[0]!, values))
}

/** What is wrong with a parameter. */
export function plainly(issue: z.core.$ZodIssue, values: Record<string, string>): string {
  if (issue.code === 'unrecognized_keys') return `${issue.keys[0]}: no such parameter`
  const name = String(issue.path[0])
  if (!Object.hasOwn(values, name)) return `${name}: required`
  const wanted =
    issue.code === 'invalid_value' ? `one of ${issue.values.join(', ')}` : issue.message
  return `${name}: ${wanted}`
}

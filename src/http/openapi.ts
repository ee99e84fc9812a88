/**
 * The OpenAPI document, made from the schemas by which requests are read and answers are written.
 *
 * Schemas are translated by zod itself: OpenAPI 3.1 takes JSON Schema 2020-12 as it is, and a
 * schema with an `id` becomes a component of that name.
 *
 * See https://spec.openapis.org/oas/v3.1.0.
 *
 * @module
 */
import * as z from 'zod'
import { problem } from './problem.ts'
import type { Answer, Route } from './route.ts'

/** What the document says of the service as a whole. */
export interface Info {
  readonly title: string
  readonly version: string
  /** Markdown. */
  readonly description: string
  /** Base URL of the API. */
  readonly server: string
}

type Json = { readonly [key: string]: unknown }

const REFERENCE = '#/components/schemas/'

/** Makes the document of these routes. */
export function formatOpenApi(info: Info, routes: readonly Route[]): Json {
  const { title, version, description, server } = info
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) }
  }
  const license = { name: 'CC0-1.0 (the data)', identifier: 'CC0-1.0' }
  return {
    openapi: '3.1.0',
    info: { title, version, description, license },
    servers: [{ url: server }],
    paths,
    components: { schemas: components() },
  }
}

function operation(route: Route): Json {
  const { tag, summary, description, body } = route
  return {
    tags: [tag],
    summary,
    ...(description ? { description } : {}),
    parameters: [...parameters('path', route.params), ...parameters('query', route.query)],
    ...(body ? { requestBody: { required: true, ...response(body) } } : {}),
    responses: {
      ...Object.fromEntries(Object.entries(route.answers).map(([code, a]) => [code, response(a)])),
      default: response(PROBLEM),
    },
  }
}

const PROBLEM: Answer = {
  description: 'a problem, with its stable code',
  content: { 'application/problem+json': problem },
}

function parameters(where: 'path' | 'query', of: z.ZodObject | undefined): Json[] {
  return Object.entries(of?.shape ?? {}).map(([name, shape]) => {
    const field = shape as z.ZodType
    const { description, ...schema } = translated(field)
    const required = !field.safeParse(undefined).success
    const said = description ? { description } : {}
    return { name, in: where, required, ...said, ...(required ? example(field) : {}), schema }
  })
}

/** What the page fills in. What may be left out is left out there. */
function example(field: z.ZodType): Json {
  const { examples } = (z.globalRegistry.get(field) ?? {}) as { examples?: readonly unknown[] }
  return examples ? { example: examples[0] } : {}
}

function response({ description, content }: Answer): Json {
  const types = Object.entries(content).map(([type, schema]) => [
    type,
    { schema: translated(schema) },
  ])
  return { description, content: Object.fromEntries(types) }
}

/** A schema in place: a reference where it has a name. */
function translated(schema: z.ZodType): Json {
  const id = z.globalRegistry.get(schema)?.id
  if (id) return { $ref: REFERENCE + id }
  const translation = z.toJSONSchema(schema, { unrepresentable: 'any' })
  const { $schema: _, $defs: __, ...rest } = translation
  // What has a name is a component, and so is not defined in place.
  return JSON.parse(JSON.stringify(rest).replaceAll('"#/$defs/', `"${REFERENCE}`))
}

/** Every schema that has a name. */
function components(): Json {
  const uri = (id: string) => REFERENCE + id
  const { schemas } = z.toJSONSchema(z.globalRegistry, { uri, unrepresentable: 'any' })
  return Object.fromEntries(
    Object.entries(schemas)
      .map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema] as const)
      // They are registered in the order in which modules happen to be loaded.
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import * as answers from '../../src/http/answers.ts'
import { problem } from '../../src/http/problem.ts'
import { keyOf } from '../accord/keys.ts'
import { openSite, type Site, tellStory } from './site.ts'

interface Operation {
  readonly parameters: readonly {
    readonly name: string
    readonly in: string
    readonly required: boolean
  }[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, { content: Record<string, { schema: object }> }>>
}

interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

let site: Site
let document: Document

beforeAll(async () => {
  site = await openSite()
  await tellStory(site)
  document = (await (await site.get('/openapi.json')).json()) as Document
})

afterAll(() => site.close())

/** Everything in the document that has the key, with what stands there. */
function* found(value: unknown, key: string): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    if (name === key) yield inner
    yield* found(inner, key)
  }
}

function* schemasWith(value: unknown, key: string): Generator<object> {
  if (typeof value !== 'object' || value === null) return
  if (Object.hasOwn(value, key)) yield value
  for (const inner of Object.values(value)) yield* schemasWith(inner, key)
}

describe('the document', () => {
  test('is OpenAPI 3.1, with nothing of 3.0 in it', () => {
    expect(document.openapi).toBe('3.1.0')
    const fields = ['openapi', 'info', 'servers', 'paths', 'components']
    expect(Object.keys(document)).toEqual(fields)
    expect([...found(document, 'nullable')]).toEqual([])
    expect([...found(document, '$id')]).toEqual([])
  })

  test('has every schema that it names', () => {
    const named = new Set([...found(document, '$ref')] as string[])
    const had = Object.keys(document.components.schemas).map((id) => `#/components/schemas/${id}`)
    for (const reference of named) expect(had).toContain(reference)
  })

  test('declares the parameters of each path, and answers to each operation', () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const operation of Object.values(operations)) {
        const inPath = operation.parameters.filter((p) => p.in === 'path')
        const braces = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1])
        expect(inPath.map((p) => p.name)).toEqual(braces)
        expect(inPath.every((p) => p.required)).toBe(true)
        expect(Object.keys(operation.responses).length).toBeGreaterThan(1)
        expect(operation.responses['default']?.content).toHaveProperty('application/problem+json')
      }
    }
  })

  test('a name that may be null elsewhere is not null everywhere', () => {
    expect(document.components.schemas['Time']).toMatchObject({ type: 'string' })
  })

  test('has an example where something is required, and no number below what can be', () => {
    for (const [path, { get }] of Object.entries(document.paths)) {
      for (const { required, ...parameter } of get?.parameters ?? []) {
        expect([path, parameter.name, 'example' in parameter]).toEqual([
          path,
          parameter.name,
          required,
        ])
      }
    }
    expect(Math.min(...([...found(document, 'minimum')] as number[]))).toBe(0)
    const patterned = [...schemasWith(document, 'pattern')]
    expect(patterned.filter((schema) => !('examples' in schema))).toEqual([])
  })

  test('and docs/http.md tell of the same paths', () => {
    const text = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8')
    for (const path of Object.keys(document.paths)) expect(text).toContain(path)
  })

  test('states polling, retention and licence', async () => {
    const text = JSON.stringify(document)
    for (const word of ['Polling', 'Retention', 'CC0-1.0']) expect(text).toContain(word)
  })
})

/** A request for each path of the document. */
const ASKED: Readonly<Record<string, string>> = {
  '/v1/attestations/{digest}': '/v1/attestations/{digest}',
  '/v1/attestations/{digest}/cards': '/v1/attestations/{digest}/cards',
  '/v1/attestations/{digest}/pack.zip': '/v1/attestations/{digest}/pack.zip',
  '/v1/attestations/{digest}/certificate.pdf': '/v1/attestations/{digest}/certificate.pdf',
  '/v1/entries/{index}': '/v1/entries/9',
  '/v1/instruments': '/v1/instruments',
  '/v1/instruments/{id}': '/v1/instruments/accord',
  '/v1/instruments/{id}/versions/{version}': '/v1/instruments/accord/versions/1',
  '/v1/instruments/{id}/signatories': '/v1/instruments/accord/signatories',
  '/v1/instruments/{id}/signatories.csv': '/v1/instruments/accord/signatories.csv',
  '/v1/parties': '/v1/parties',
  '/v1/parties/{domain}': '/v1/parties/contoso.com',
  '/v1/parties/{domain}/history': '/v1/parties/contoso.com/history',
  '/v1/parties/{domain}/standing': '/v1/parties/contoso.com/standing?instrument=accord',
  '/v1/parties/{domain}/due.ics': '/v1/parties/contoso.com/due.ics',
  '/v1/parties/{domain}/feed.atom': '/v1/parties/contoso.com/feed.atom',
  '/v1/parties/{domain}/feed.json': '/v1/parties/contoso.com/feed.json',
  '/v1/instruments/{id}/due.ics': '/v1/instruments/accord/due.ics',
  '/v1/instruments/{id}/feed.atom': '/v1/instruments/accord/feed.atom',
  '/v1/instruments/{id}/feed.json': '/v1/instruments/accord/feed.json',
  '/v1/feed.atom': '/v1/feed.atom',
  '/v1/feed.json': '/v1/feed.json',
  '/v1/changes': '/v1/changes?from=0',
  '/v1/export': '/v1/export',
  '/v1/proofs/inclusion': '/v1/proofs/inclusion?index=2',
  '/v1/proofs/consistency': '/v1/proofs/consistency?from=2',
  '/.well-known/accord-registry': '/.well-known/accord-registry',
  '/badge/{domain}/{file}': '/badge/contoso.com/accord.svg',
  '/policy.txt': '/policy.txt',
  '/verify.html': '/verify.html',
  '/v1/admission': '/v1/admission?days=7',
  '/v1/witnesses': '/v1/witnesses',
  '/problems': '/problems',
  '/problems/{code}': '/problems/wrong-standing',
  '/healthz': '/healthz',
}

function schemaNamed(reference: string): z.ZodType {
  const id = reference.split('/').at(-1)
  const schema = Object.values({ ...answers, problem }).find(
    (s) => z.globalRegistry.get(s)?.id === id,
  )
  if (!schema) throw new RangeError(`no schema ${id}`)
  return schema
}

async function demandDescribed(path: string, method: string, response: Response): Promise<void> {
  const { responses } = document.paths[path]![method]!
  const { content } = responses[response.status] ?? responses['default']!
  const type = response.headers.get('content-type')!.split(';')[0]!
  expect(Object.keys(content)).toContain(type)
  const reference = (content[type]!.schema as { $ref?: string }).$ref
  if (reference) schemaNamed(reference).parse(await response.json())
}

describe('the live answers are what it says', () => {
  test('there is a request for each path', () => {
    const posts = ['/v1/attestations', '/v1/check', '/v1/check-domain']
    expect([...Object.keys(ASKED), ...posts].sort()).toEqual(Object.keys(document.paths).sort())
  })

  test.each(Object.entries(ASKED))('%s', async (path, asked) => {
    const { digest } = (await (await site.get('/v1/entries/4')).json()) as { digest: string }
    const response = await site.get(asked.replace('{digest}', digest))
    expect(response.status).toBe(200)
    await demandDescribed(path, 'get', response)
  })

  test.each(Object.keys(ASKED))('%s, asked wrongly', async (path) => {
    const response = await site.get(`${path.replace(/\{\w+\}/g, 'x')}?nothing=of-this`)
    expect(response.status).toBeGreaterThanOrEqual(400)
    await demandDescribed(path, 'get', response)
  })

  test.each(['note', 'tlog-proof', 'accord-evidence'])('a statement as .%s', async (form) => {
    const { digest } = (await (await site.get('/v1/entries/4')).json()) as { digest: string }
    const response = await site.get(`/v1/attestations/${digest}.${form}`)
    expect(response.status).toBe(200)
    await demandDescribed('/v1/attestations/{digest}', 'get', response)
  })

  test('a trial of each kind', async () => {
    const { speaker } = site
    const notes = [
      speaker.withdraw('contoso.com'),
      speaker.sign('contoso.com'),
      speaker.withdraw('contoso.com', 'accord', { by: [] }).replace(/\n\n$/, '\n'),
      'nothing',
    ]
    for (const note of notes) {
      const response = await site.post('/v1/check', note)
      expect(response.status).toBe(200)
      await demandDescribed('/v1/check', 'post', response)
    }
  })

  test('a domain that is asked', async () => {
    const body = JSON.stringify({
      domain: 'contoso.com',
      keys: [keyOf('contoso.com/ceo').vkey],
    })
    const response = await site.post('/v1/check-domain', body, {
      'content-type': 'application/json',
    })
    expect(response.status).toBe(200)
    await demandDescribed('/v1/check-domain', 'post', response)
  })

  test('a statement logged, logged before, and refused', async () => {
    const note = site.speaker.withdraw('contoso.com')
    for (const status of [201, 200]) {
      const response = await site.post('/v1/attestations', note)
      expect(response.status).toBe(status)
      await demandDescribed('/v1/attestations', 'post', response)
    }
    const response = await site.post('/v1/attestations', site.speaker.sign('contoso.com'))
    expect(response.status).toBe(409)
    await demandDescribed('/v1/attestations', 'post', response)
  })
})

import { expect, test } from 'vitest'
import { createApi } from '../../src/client/api.ts'
import { listen } from './server.ts'

/** A registry that answers every call with the same, and tells what it was asked. */
async function answering(status: number, body: unknown) {
  const asked: string[] = []
  const base = await listen(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    asked.push(`${request.method} ${request.url} ${request.headers['content-type'] ?? ''} ${text}`)
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  return { api: createApi(`${base}/`, fetch), asked }
}

const logged = {
  digest: 'sha256:00',
  index: 3,
  time: '2026-01-01T00:00:00Z',
  receipt: 'r',
  witnessed: true,
}

test('a submission is sent as text, and answered with its receipt', async () => {
  const { api, asked } = await answering(201, logged)
  expect(await api.submit('a note')).toEqual({ kind: 'logged', first: true, ...logged })
  expect(asked).toEqual(['POST /v1/attestations text/plain; charset=utf-8 a note'])
})

test('cards are sent beside it, as JSON', async () => {
  const { api, asked } = await answering(201, logged)
  await api.submit('a note', ['a card'])
  const body = '{"attestation":"a note","cards":["a card"]}'
  expect(asked).toEqual([`POST /v1/attestations application/json ${body}`])
})

test('the same again is told from the first', async () => {
  const { api } = await answering(200, logged)
  expect(await api.submit('a note')).toMatchObject({ kind: 'logged', first: false })
})

test('a refusal is an answer', async () => {
  const problem = { code: 'stale-previous', detail: 'previous is to be x', head: 'x' }
  const { api } = await answering(409, problem)
  const { code, detail } = problem
  const expected = { kind: 'problem', status: 409, code, detail, document: problem }
  expect(await api.submit('a note')).toEqual(expected)
  expect(await api.check('a note')).toMatchObject({ kind: 'problem', code: 'stale-previous' })
})

test('a judgement says what is missing', async () => {
  const missing = [{ need: 1, of: ['k'], signed: [] }]
  const { api, asked } = await answering(200, { refusal: null, missing })
  expect(await api.check('a statement')).toMatchObject({ kind: 'checked', refusal: null, missing })
  expect(asked[0]).toMatch(/^POST \/v1\/check /)
})

test('a head is that of a party, or null', async () => {
  const head = { digest: 'sha256:00', index: 4 }
  const { api, asked } = await answering(200, { head })
  expect(await api.head('contoso.com')).toEqual(head)
  expect(asked).toEqual(['GET /v1/parties/contoso.com  '])
  expect(await (await answering(404, 'no')).api.head('contoso.com')).toBeNull()
  expect(await (await answering(200, { head: null })).api.head('contoso.com')).toBeNull()
})

test('the checkpoint is given as it is', async () => {
  const { api, asked } = await answering(200, 'a note\n')
  expect(await api.checkpoint()).toBe('a note\n')
  expect(asked).toEqual(['GET /checkpoint  '])
})

test.each([
  [201, 'no JSON'],
  [201, '[]'],
  [201, 'null'],
  [200, { ...logged, index: '3' }],
  [500, 'oops'],
  [500, { detail: 'no code' }],
])('an answer of %i, %j, is called what it is', async (status, body) => {
  const { api } = await answering(status, body)
  await expect(api.submit('a note')).rejects.toMatchObject({ code: 'BAD_ANSWER' })
  await expect(api.head('contoso.com')).rejects.toMatchObject({ code: 'BAD_ANSWER' })
})

test('an answer that fails is no checkpoint and no judgement', async () => {
  const { api } = await answering(503, 'later')
  await expect(api.checkpoint()).rejects.toMatchObject({ code: 'BAD_ANSWER' })
  const { api: odd } = await answering(200, { missing: 'all' })
  await expect(odd.check('x')).rejects.toMatchObject({ code: 'BAD_ANSWER' })
})

test('a registry that cannot be reached is unavailable', async () => {
  const api = createApi('http://127.0.0.1:1', fetch)
  await expect(api.submit('a note')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

/**
 * Golden text: requests and what is answered to them, in one file that is read by eye.
 *
 * A block begins with `=== METHOD path` and has a `> name: value` line for each header sent; what
 * stands below, up to the next block, is the answer. With `GOLDEN=write` in the environment
 * the answers are written anew instead of compared; read the difference before it is committed.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'

/** Answers a request, of which only the path is given. */
export type Answerer = (path: string, init: RequestInit) => Response | Promise<Response>

/** Headers that say nothing of ours, or that no two runs share. */
const UNSAID = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'referrer-policy']

/** Compares every block of a file with what is answered now. */
export async function compareGolden(file: URL, answer: Answerer): Promise<void> {
  const text = readFileSync(file, 'utf8')
  const [preface, ...blocks] = text.split(/^=== /m)
  const now = [preface]
  for (const block of blocks) now.push(await replay(block, answer))
  const whole = now.join('=== ')
  if (process.env['GOLDEN'] === 'write') writeFileSync(file, whole)
  else expect(whole).toBe(text)
}

async function replay(block: string, answer: Answerer): Promise<string> {
  const [request, ...rest] = block.split('\n')
  const [method, path] = request!.split(' ')
  const sent = rest.filter((line) => line.startsWith('> '))
  const headers = Object.fromEntries(
    sent.map((line) => line.slice(2).split(': ') as [string, string]),
  )
  const response = await answer(path!, { method: method!, headers })
  return `${[request, ...sent].join('\n')}\n${await rendered(response)}\n\n`
}

async function rendered(response: Response): Promise<string> {
  // How small gzip makes it is a matter of the library's version.
  const packed = response.headers.has('content-encoding')
  const headers = [...response.headers]
    .filter(([name]) => !UNSAID.includes(name) && !(packed && name === 'content-length'))
    .map(([name, value]) => `${name}: ${value}`)
  const body = await shown(response)
  return [`${response.status}`, ...headers.sort(), ...(body ? ['', body] : [])].join('\n')
}

async function shown(response: Response): Promise<string> {
  const type = response.headers.get('content-type') ?? ''
  const raw = Buffer.from(await response.arrayBuffer())
  const packed = response.headers.get('content-encoding') === 'gzip' && raw.length > 0
  const bytes = packed ? gunzipSync(raw) : raw
  if (bytes.length === 0) return ''
  if (type.includes('octet-stream')) {
    return `(${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')})`
  }
  const text = bytes.toString('utf8')
  return type.includes('json') && !type.includes('jsonl')
    ? JSON.stringify(JSON.parse(text), null, 2)
    : text.replaceAll('\r\n', '␍\n').trimEnd()
}

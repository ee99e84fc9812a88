/**
 * `npm run bench:worker`: submissions and reads a second, on a machine and in workerd, by turns in
 * one run. Both are asked over HTTP on loopback.
 *
 * What the emulator cannot tell stands in docs/performance.md.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildClocked, openWorkerd } from '../test/cloudflare/miniflare.ts'
import { openSite, type Storied } from '../test/http/site.ts'

/** How many companies enrol, and then sign at once. */
const COMPANIES = 32
/** How often each thing is read, and how many ask at a time. */
const READS = 800
const AT_ONCE = 16

/** What is read, by what it is called. */
const READ: readonly (readonly [what: string, path: string])[] = [
  ['GET /checkpoint', '/checkpoint'],
  ['GET /tile/entries/…', '/tile/entries/000.p/64'],
  ['GET /v1/parties/{domain}', '/v1/parties/company-1.example'],
  ['GET /parties/{domain}, a page', '/parties/company-1.example'],
]

interface Place extends Storied {
  readonly url: string
}

async function rateOf(count: number, work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return Math.round((count * 1000) / (performance.now() - from))
}

/** Enrols everybody, one statement after the other. */
async function enrolAll(place: Place): Promise<number> {
  await place.add(place.speaker.instrument())
  return rateOf(2 * COMPANIES, async () => {
    for (let i = 0; i < COMPANIES; i++) await place.join(`company-${i}.example`)
  })
}

/** Everybody signs at once. */
function signAll({ speaker, url }: Place): Promise<number> {
  const notes = Array.from({ length: COMPANIES }, (_, i) => speaker.sign(`company-${i}.example`))
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  return rateOf(COMPANIES, () =>
    Promise.all(
      notes.map(async (body) => {
        const answer = await fetch(`${url}/v1/attestations`, { method: 'POST', body, headers })
        if (answer.status !== 201) throw new Error(await answer.text())
      }),
    ),
  )
}

function readAll({ url }: Place, path: string): Promise<number> {
  const some = async () => {
    for (let i = 0; i < READS / AT_ONCE; i++) {
      const answer = await fetch(url + path)
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
      await answer.arrayBuffer()
    }
  }
  return rateOf(READS, () => Promise.all(Array.from({ length: AT_ONCE }, some)))
}

const folder = await mkdtemp(join(tmpdir(), 'accord-bench-'))
await buildClocked(join(folder, 'worker.js'))
const site = await openSite()
const workerd = await openWorkerd(join(folder, 'worker.js'), join(folder, 'kept'))
const places: readonly Place[] = [site, Object.assign(workerd, { url: await workerd.address() })]
const rows: [string, number[]][] = []
const measure = async (what: string, work: (place: Place) => Promise<number>) => {
  const rates: number[] = []
  for (const place of places) rates.push(await work(place))
  rows.push([what, rates])
}
await measure('submission to receipt, 1 at once', enrolAll)
await measure(`submission to receipt, ${COMPANIES} at once`, signAll)
for (const [what, path] of READ) await measure(what, (place) => readAll(place, path))
await workerd.close()
await site.close()
await rm(folder, { recursive: true })

console.log('| what | a second on a machine | a second in workerd |\n|---|---|---|')
for (const [what, rates] of rows) console.log(`| ${what} | ${rates.join(' | ')} |`)

/**
 * What it costs to read a whole log in a browser: `npx tsx bench/whole-log.ts FOLDER`.
 *
 * The folder holds a log as `npx tsx bench/mirror.ts --make SIZE FOLDER` makes one. Chromium reads it
 * with the scripts of the pages, on a page that shows nothing of any party; meanwhile the page counts
 * its own frames, and the longest time between two says how long it did not answer. The limits are what
 * the same browser does with nothing but hashes and signatures.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { pathOf } from '../src/http/site-assets.ts'
import { parseCheckpoint } from '../src/tlog/checkpoint.ts'
import { parseNote } from '../src/tlog/note.ts'
import { buildPageScripts } from './bundle.ts'

const log = process.argv[2]!
const built = 'dist/site'

/** How much the limits are measured with. */
const SAMPLE = 2000

/** Counts frames; `longest` is in milliseconds. */
const FRAMES = `
  globalThis.longest = 0
  let last = performance.now()
  const frame = (now) => {
    globalThis.longest = Math.max(globalThis.longest, now - last)
    last = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)`

await buildPageScripts(built)
const scripts = new Map<string, Buffer>()
for (const name of ['reading.js', 'whole-log.js']) {
  const bytes = await readFile(join(built, name))
  scripts.set(pathOf(name, bytes), bytes)
}
const note = await readFile(join(log, 'checkpoint'), 'utf8')
const { size } = parseCheckpoint(parseNote(note).text)
const policy = `log ${await readFile(join(log, 'vkey'), 'utf8')}\nquorum none\n`
// The clock stands where the log ends: what runs out later is no matter here.
const html = `<!doctype html><meta charset="utf-8"><title>A log</title>
<p class="moment" data-at="1999999999" data-size="${size}"></p>
<section data-verify="party nobody.example"></section>
<script type="module" src="${[...scripts.keys()][0]}"></script>`

const server = createServer(async (request, response) => {
  const path = request.url ?? ''
  const script = scripts.get(path)
  if (script) response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
  else if (path === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(html)
  else {
    const bytes = await readFile(join(log, path)).catch(() => null)
    response.writeHead(bytes ? 200 : 404).end(bytes)
  }
}).listen(0, '127.0.0.1')
await new Promise((resolve) => server.once('listening', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
})
try {
  const page = await browser.newPage()
  await page.goto(url)
  const limits = await page.evaluate<{ sha: number; ed: number }>(LIMITS())
  console.log(`limit: SHA-256 of 2 KiB, WebCrypto: ${Math.round(limits.sha)}/s`)
  console.log(`limit: Ed25519, WebCrypto: ${Math.round(limits.ed)}/s`)
  await readWhole(page)
} finally {
  await browser.close()
  server.close()
}

async function readWhole(page: Page): Promise<void> {
  await page.evaluate(FRAMES)
  const began = performance.now()
  await page.locator('#policy').fill(policy)
  await page.getByRole('button', { name: 'Read the whole log' }).click()
  await page.locator('.verdict').waitFor({ timeout: 3_600_000 })
  const seconds = (performance.now() - began) / 1000
  const said = await page.locator('.added').innerText()
  const gap = await page.evaluate<number>('longest')
  const memory = await memoryOf(page)
  console.log(said.split('\n').slice(-4).join('\n'))
  console.log(`${size} entries: ${seconds.toFixed(1)} s, ${Math.round(size / seconds)}/s`)
  console.log(`longest time between two frames: ${Math.round(gap)} ms`)
  console.log(`memory of the tab at the end: ${memory} MiB; load ${loadavg()[0]!.toFixed(1)}`)
}

/** Everything the tab's process holds, its workers included. */
async function memoryOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  const browserSession = await browser.newBrowserCDPSession()
  const { processInfo } = await browserSession.send('SystemInfo.getProcessInfo')
  await session.detach()
  const sizes = await Promise.all(
    processInfo
      .filter(({ type }) => type === 'renderer')
      .map(async ({ id }) => {
        const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '')
        return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0)
      }),
  )
  return Math.round(Math.max(...sizes) / 1024)
}

function LIMITS(): string {
  return `(async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(2048))
    const rated = async (work) => {
      const from = performance.now()
      for (let i = 0; i < ${SAMPLE}; i++) await work()
      return ${SAMPLE} * 1000 / (performance.now() - from)
    }
    const { publicKey, privateKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
    const signature = await crypto.subtle.sign('Ed25519', privateKey, bytes)
    return {
      sha: await rated(() => crypto.subtle.digest('SHA-256', bytes)),
      ed: await rated(() => crypto.subtle.verify('Ed25519', publicKey, signature, bytes)),
    }
  })()`
}

/**
 * The verifier in one file, opened from a disk by a browser without a network.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildVerifierPage } from '../../bench/verifier.ts'
import { formatPack, type Pack, packFiles } from '../../src/pages/pack.ts'
import { type Files, formatZip } from '../../src/pages/zip.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { company } from '../accord/cast.ts'
import { World } from '../accord/kit.ts'
import { policyOf } from '../client/copy.ts'
import { packOf } from '../pages/packing.ts'
import { faultsOf, openBrowser, openContext, skipped, why } from './chromium.ts'

const PICTURES = join(import.meta.dirname, '../../test-results/verifier')

/** How many of the bytes of a file are changed: all of them in a long run. */
const EVERY = process.env['SOAK'] ? 1 : 197

/** Markup, and a direction that ends nowhere: what a party may call itself. */
const NAME = '<img src=x onerror=alert(1)> שלום "בע״מ'

const folder = mkdtempSync(join(tmpdir(), 'accord-verifier-'))
const file = join(folder, 'verify.html')
const world = new World()
world.add(world.instrument())
const contoso = company('contoso.com', { name: NAME })
world.add(world.verification('contoso.com', contoso.keys))
world.add(world.enrol(contoso))
const signed = world.add(world.sign('contoso.com')).index

let pack: Pack
let files: Files
beforeAll(async () => {
  await buildVerifierPage(file)
  pack = { ...(await packOf(world, signed)), verifier: new Uint8Array(readFileSync(file)) }
  files = await packFiles(pack)
})
afterAll(() => rmSync(folder, { recursive: true }))

test('is one file under 60 kB compressed, which names nothing to be loaded', () => {
  const html = readFileSync(file, 'utf8')
  const zipped = gzipSync(html, { level: 9 }).length
  console.log(`verify.html: ${(zipped / 1000).toFixed(1)} kB compressed`)
  expect(zipped).toBeLessThan(60_000)
  expect(html).not.toMatch(/\s(src|href)=|@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket/)
  expect(html).toMatch(/content="default-src &#39;none&#39;; script-src &#39;sha256-[^;]+;/)
})

test('is built the same from the same sources', async () => {
  const again = join(folder, 'again.html')
  await buildVerifierPage(again)
  expect(readFileSync(again)).toEqual(readFileSync(file))
})

describe.skipIf(skipped)(`from a disk${why}`, () => {
  let browser: Browser
  let page: Page
  const said: string[] = []

  beforeAll(async () => {
    mkdirSync(PICTURES, { recursive: true })
    browser = await openBrowser()
    page = (await opened({}))[1]
  })

  afterAll(async () => {
    await browser?.close()
    expect(said).toEqual([])
  })

  /** A window without a network, with the verifier in it. */
  async function opened(options: BrowserContextOptions) {
    const context = await openContext(browser, options)
    await context.setOffline(true)
    const url = pathToFileURL(file).href
    context.on('request', (request) => {
      if (request.url() !== url) said.push(`asked ${request.url()}`)
    })
    context.on('console', (message) => said.push(message.text()))
    context.on('weberror', (error) => said.push(String(error.error())))
    const page = await context.newPage()
    await page.goto(url)
    return [context, page] as const
  }

  async function give(input: 'file' | 'policy', name: string, bytes: Uint8Array, to = page) {
    await to.evaluate('document.getElementById("answer").replaceChildren()')
    const buffer = Buffer.from(bytes)
    await to.locator(`#${input}`).setInputFiles({ name, mimeType: '', buffer })
    const answer = to.locator('#answer > .verdict')
    await answer.waitFor()
    return { verdict: await answer.textContent(), text: await to.locator('#answer').innerText() }
  }

  const freshly = async () => {
    await page.reload()
    return page
  }

  test('says that it cannot tell without a policy, and verifies with one', async () => {
    await freshly()
    const evidence = utf8(pack.evidence)
    const without = await give('file', 'a.accord-evidence', evidence)
    expect(without.verdict).toBe('cannot tell')
    expect(without.text).toContain('There is no policy to judge the file by.')
    const { verdict, text } = await give('policy', 'p.txt', utf8(policyOf(world)))
    expect(verdict).toBe('verified')
    expect(text).toContain('signed version 1 of "The accord"')
    expect(text).toContain('Judged by the policy that you gave.')
    expect((await give('file', 'a.tlog-proof', utf8(pack.receipt))).verdict).toBe('verified')
  })

  test('verifies a whole pack, by its own policy, and says whose that is', async () => {
    await freshly()
    const { verdict, text } = await give('file', 'pack.zip', await formatPack(pack))
    expect(verdict).toBe('verified')
    expect(text).toContain('which came with what it judges')
    expect(text).toContain(world.log.vkey)
    expect(await page.locator('#policy-name').textContent()).toBe('policy.txt, in the pack')
  })

  test('a policy of the reader is judged by, whatever the pack says', async () => {
    await freshly()
    const other = policyOf({ log: world.clerk })
    await give('file', 'pack.zip', await formatPack(pack))
    const { verdict, text } = await give('policy', 'mine.txt', utf8(other))
    expect(verdict).not.toBe('verified')
    expect(text).toContain('Judged by the policy that you gave.')
  })

  test('files dropped on the page are told apart', async () => {
    await freshly()
    const dropped = { evidence: pack.evidence, policy: pack.policy }
    await page.evaluate((given) => {
      const data = new DataTransfer()
      data.items.add(new File([given.policy], 'policy.txt'))
      data.items.add(new File([given.evidence], 'x.accord-evidence'))
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true }))
    }, dropped)
    await page.locator('#answer > .verified').waitFor()
    expect(await page.locator('#file-name').textContent()).toBe('x.accord-evidence')
  })

  test('what a party calls itself stays text, and turns no direction but its own', async () => {
    await freshly()
    await give('file', 'pack.zip', await formatPack(pack))
    expect(await page.locator('#answer img').count()).toBe(0)
    const names = await page.locator('#answer bdi').allTextContents()
    expect(names.some((name) => name.includes('<img src=x onerror=alert(1)>'))).toBe(true)
  })

  test('with any one byte changed, evidence and receipt are not verified, and it says why', async () => {
    await freshly()
    await give('file', 'pack.zip', await formatPack(pack))
    await give('policy', 'policy.txt', utf8(pack.policy))
    const reasons = new Set<string>()
    for (const text of [pack.evidence, pack.receipt]) {
      const bytes = utf8(text)
      const body = bytes.indexOf(10) + 1
      for (let i = body; i < bytes.length; i += EVERY) {
        const changed = bytes.with(i, bytes[i]! ^ 1)
        const { verdict, text } = await give('file', 'changed', changed)
        expect([i, verdict]).toEqual([i, 'not verified'])
        expect(text).toMatch(
          /^not verified\s+Judged by the policy that you gave\.\s+Which check failed\s+\S/,
        )
        reasons.add(text.split('\n').filter((line) => line !== '')[3]!)
      }
    }
    expect(reasons.size).toBeGreaterThan(2)
  }, 3_600_000)

  test('with the kind of file changed, it cannot tell what it is', async () => {
    const { verdict } = await give('file', 'x', utf8(pack.evidence.replace('accord', 'akkord')))
    expect(verdict).toBe('cannot tell')
  })

  test('a pack of which any file was changed is not verified, and the file is named', async () => {
    await freshly()
    for (const [path, bytes] of files) {
      const changed = new Map(files).set(path, bytes.with(0, bytes[0]! ^ 1))
      const { verdict, text } = await give('file', 'pack.zip', formatZip(changed))
      expect([path, verdict]).not.toEqual([path, 'verified'])
      if (path.startsWith('entries/') || path.endsWith('.html')) {
        expect([path, verdict]).toEqual([path, 'not verified'])
        expect(text).toContain(path)
      }
    }
  })

  test('a readable file that lies is found out, whatever SHA256SUMS says', async () => {
    const { formatSums } = await import('../../src/pages/pack.ts')
    const lie = utf8('We promise nothing.\n')
    const changed = new Map(files).set('instrument.txt', lie)
    changed.delete('SHA256SUMS')
    changed.set('SHA256SUMS', utf8(formatSums(changed)))
    const { verdict, text } = await give('file', 'pack.zip', formatZip(changed))
    expect(verdict).toBe('not verified')
    expect(text).toContain('instrument.txt')
  })

  test.each([
    ['receipt.tlog-proof', 'receipt.tlog-proof'],
    ['WITHDRAWAL.txt', 'WITHDRAWAL.txt'],
    ['entries/evidence.accord-evidence', 'entries/evidence.accord-evidence'],
  ])('of a pack with a strange %s nothing is verified', async (path, named) => {
    const { formatSums } = await import('../../src/pages/pack.ts')
    const changed = new Map(files).set(path, utf8('We withdraw.\n'))
    changed.delete('SHA256SUMS')
    changed.set('SHA256SUMS', utf8(formatSums(changed)))
    const { verdict, text } = await give('file', 'pack.zip', formatZip(changed))
    expect(verdict).toBe('not verified')
    expect(text).toContain(named)
  })

  test('of an archive it says what was not judged', async () => {
    const { verdict, text } = await give('file', 'pack.zip', formatZip(files))
    expect(verdict).toBe('verified')
    expect(text).toContain('README.txt, certificate.pdf and verify.html')
  })

  test('by a policy of another editor too, and no verdict is left beside a file that cannot be read', async () => {
    const [context, other] = await opened({})
    const buffer = Buffer.from(pack.policy)
    await other.locator('#policy').setInputFiles({ name: 'policy.txt', mimeType: '', buffer })
    const evidence = utf8(pack.evidence)
    expect((await give('file', 'x', evidence, other)).verdict).toBe('verified')
    const edited = Buffer.from(`\ufeff${pack.policy.replaceAll('\n', '\r\n')}`)
    await other.locator('#policy').setInputFiles({ name: 'x.txt', mimeType: '', buffer: edited })
    expect((await give('file', 'x', evidence, other)).verdict).toBe('verified')
    await other.evaluate('File.prototype.arrayBuffer = () => Promise.reject(new Error("gone"))')
    expect((await give('file', 'a folder', evidence, other)).verdict).toBe('cannot tell')
    await context.close()
  })

  test('what is no archive, or holds no evidence, is said to be damaged', async () => {
    const broken = (await formatPack(pack)).slice(0, 3000)
    expect((await give('file', 'x.zip', broken)).text).toContain('The archive is damaged')
    const empty = formatZip(new Map([['a', utf8('b')]]))
    expect((await give('file', 'x.zip', empty)).verdict).toBe('not verified')
  })

  for (const [name, width, colorScheme] of [
    ['desktop', 1280, 'light'],
    ['phone', 360, 'dark'],
  ] as const) {
    test(`on a ${name}, ${colorScheme}: axe finds nothing`, async () => {
      const [context, page] = await opened({ viewport: { width, height: 800 }, colorScheme })
      const shoot = (what: string) =>
        page.screenshot({ path: join(PICTURES, `${name}-${what}.png`), fullPage: true })
      const check = async (what: string) => {
        await shoot(what)
        expect([what, await faultsOf(page)]).toEqual([what, []])
        const wide = 'document.documentElement.scrollWidth > innerWidth'
        expect(await page.evaluate(wide)).toBe(false)
      }
      await check('empty')
      await give('file', 'pack.zip', await formatPack(pack), page)
      await check('verified')
      await give('policy', 'policy.txt', utf8(pack.policy), page)
      await give('file', 'x', utf8(pack.evidence.replace(/\n[A-Za-z0-9+/]{43}=\n/, '\n')), page)
      await check('not-verified')
      await context.close()
    })
  }

  test('without scripts it says that it needs them', async () => {
    const [context, page] = await opened({ javaScriptEnabled: false })
    expect(await page.locator('noscript').innerText()).toContain('needs JavaScript')
    await context.close()
  })
})

/**
 * What the pages verify in the browser: files that are dropped, and a party's page against the
 * whole log.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildPageScript } from '../../bench/bundle.ts'
import type { Site } from '../http/site.ts'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const required = (process.env['ACCORD_REQUIRE'] ?? '').split(',').includes('chromium')
const missing = existsSync(CHROMIUM) ? null : `no ${CHROMIUM}`
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe.skipIf(missing && !required)(`in the page${missing ? ` (${missing})` : ''}`, () => {
  let site: Site
  let browser: Browser
  let page: Page
  let said: string[]
  let policy: string

  beforeAll(async () => {
    await buildPageScript('dist/site/verify.js')
    const { openPages } = await import('../pages/story.ts')
    site = await openPages()
    policy = await (await site.get('/policy.txt')).text()
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })
  beforeEach(async () => {
    const context = await browser.newContext()
    page = await context.newPage()
    said = []
    context.on('request', (request) => {
      if (!request.url().startsWith(site.url)) said.push(`asked ${request.url()}`)
    })
    context.on('console', (message) => said.push(message.text()))
    context.on('weberror', (error) => said.push(String(error.error())))
  })

  const verdict = () => page.locator('.verdict').innerText({ timeout: 60_000 })

  async function read(over: string = policy): Promise<string> {
    await page.locator('#policy').fill(over)
    await page.getByRole('button', { name: 'Read the whole log' }).click()
    return verdict()
  }

  async function faults(): Promise<unknown> {
    await page.evaluate(AXE)
    return page.evaluate('axe.run().then(({ violations }) => violations.map((v) => v.id))')
  }

  test('a party’s page follows from the whole log, line by line', {
    timeout: 120_000,
  }, async () => {
    for (const domain of ['contoso.com', 'markup.example', 'fabrikam.example']) {
      await page.goto(`${site.url}/parties/${domain}`)
      expect(await read(), await page.locator('.added').innerText()).toBe('verified')
    }
    expect(await faults()).toEqual([])
    expect(said).toEqual([])
  })

  test('a line that does not follow is named', { timeout: 120_000 }, async () => {
    await page.goto(`${site.url}/parties/contoso.com`)
    await page.evaluate("document.querySelector('[data-standing] .answer').textContent = 'Never.'")
    expect(await read()).toBe('not verified')
    expect(await page.locator('.added').innerText()).toContain('does not follow')
    expect(await page.locator('.added').innerText()).toContain('Never.')
  })

  test('a standing that is kept back is named', { timeout: 120_000 }, async () => {
    await page.goto(`${site.url}/parties/contoso.com`)
    await page.evaluate("document.querySelector('[data-standing]').remove()")
    expect(await read()).toBe('not verified')
    expect(await page.locator('.added').innerText()).toContain('is not shown')
  })

  test('nothing is told by the policy of another log', { timeout: 120_000 }, async () => {
    await page.goto(`${site.url}/parties/contoso.com`)
    expect(await read('log nonsense\n')).toBe('cannot tell')
    expect(await read('')).toBe('cannot tell')
  })

  test('a bundle in which a byte is another is found', { timeout: 120_000 }, async () => {
    await page.context().route('**/tile/entries/**', async (route) => {
      const response = await route.fetch()
      const body = await response.body()
      body[body.length - 1]! ^= 1
      await route.fulfill({ response, body })
    })
    await page.goto(`${site.url}/parties/contoso.com`)
    expect(await read()).toBe('not verified')
    expect(await page.locator('.added').innerText()).toContain('BROKEN')
  })

  test('evidence is verified, and not where a byte is another', { timeout: 120_000 }, async () => {
    const party = await (await site.get('/parties/contoso.com')).text()
    const digest = /\/attestations\/([^"/?]+)/.exec(party)![1]
    const evidence = Buffer.from(
      await (await site.get(`/v1/attestations/${digest}.accord-evidence`)).arrayBuffer(),
    )
    await page.goto(`${site.url}/verify`)
    const give = (id: string, buffer: Buffer) =>
      page.locator(`#${id}`).setInputFiles({ name: id, mimeType: 'text/plain', buffer })
    await give('policy', Buffer.from(policy))
    await give('file', evidence)
    expect(await verdict(), await page.locator('#answer').innerText()).toBe('verified')
    for (const at of [500, evidence.length >> 1, evidence.length - 40]) {
      const changed = Buffer.from(evidence)
      changed[at]! ^= 1
      await give('file', changed)
      expect(await verdict(), `byte ${at}`).toBe('not verified')
      expect(await page.locator('#answer').innerText()).toContain('Which check failed')
    }
    expect(await faults()).toEqual([])
    expect(said).toEqual([])
  })
})

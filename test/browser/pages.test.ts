/**
 * Every page in a real browser: desktop and phone, light and dark, with scripts and without.
 * Pictures are kept under test-results/.
 *
 * @module
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Site } from '../http/site.ts'
import { type Place, placesOf } from '../pages/places.ts'
import { openPages } from '../pages/story.ts'
import { faultsOf, openBrowser, openContext, skipped, why } from './chromium.ts'

const PICTURES = join(import.meta.dirname, '../../test-results/pages')

const DESKTOP = { width: 1280, height: 900 }
const PHONE = { width: 360, height: 780 }

/** Of those in the last two, axe is asked about contrast alone: the rest is the same. */
const SCREENS = [
  ['desktop-light', DESKTOP, 'light', undefined],
  ['phone-dark', PHONE, 'dark', undefined],
  ['desktop-dark', DESKTOP, 'dark', ['color-contrast']],
  ['phone-light', PHONE, 'light', ['color-contrast']],
] as const

describe.skipIf(skipped)(`pages in a browser${why}`, () => {
  let site: Site
  let browser: Browser
  let places: Place[]

  beforeAll(async () => {
    site = await openPages()
    places = await placesOf(site)
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await site.close()
  })

  test('every page, on every screen', { timeout: 600_000 }, async () => {
    for (const [screen] of SCREENS) mkdirSync(join(PICTURES, screen), { recursive: true })
    const context = await openContext(browser)
    const said = listen(context, site.url)
    const found: string[] = []
    const queue = [...places]
    const work = async () => {
      const page = await context.newPage()
      for (let place = queue.shift(); place; place = queue.shift()) {
        await page.goto(site.url + place[1])
        found.push(...(await faultsOnScreens(page, place)))
      }
    }
    await Promise.all([work(), work()])
    await context.close()
    expect(found).toEqual([])
    expect(said).toEqual([])
  })

  test('says the same without scripts', { timeout: 300_000 }, async () => {
    const [context, plain] = await Promise.all([
      openContext(browser),
      openContext(browser, { javaScriptEnabled: false }),
    ])
    const said = listen(plain, site.url)
    const [page, without] = await Promise.all([context.newPage(), plain.newPage()])
    for (const [name, path] of places) {
      await Promise.all([page.goto(site.url + path), without.goto(site.url + path)])
      await page.evaluate("for (const e of document.querySelectorAll('.added')) e.remove()")
      const text = await without.locator('main').innerText()
      expect(text, name).toBe(await page.locator('main').innerText())
      expect(text.length, name).toBeGreaterThan(50)
    }
    expect(said).toEqual([])
    await Promise.all([context.close(), plain.close()])
  })

  test('on paper', async () => {
    const folder = join(PICTURES, 'paper')
    mkdirSync(folder, { recursive: true })
    const context = await openContext(browser)
    for (const place of places.filter(([name]) => ['instrument', 'party'].includes(name))) {
      const page = await context.newPage()
      await page.goto(site.url + place[1])
      const bytes = await page.pdf({ path: join(folder, `${fileOf(place)}.pdf`), format: 'A4' })
      expect(bytes.subarray(0, 5).toString()).toBe('%PDF-')
      await page.emulateMedia({ media: 'print' })
      expect(await page.locator('nav:visible, search:visible, summary:visible').count()).toBe(0)
      expect(await page.locator('.printed').innerText()).toContain('size=')
      await page.close()
    }
    await context.close()
  })

  test('at 400 %, nothing is wider than the screen', async () => {
    const page = await browser.newPage({ viewport: { width: 320, height: 640 } })
    const wide: string[] = []
    for (const [name, path] of places) {
      await page.goto(site.url + path)
      if ((await page.evaluate('document.documentElement.scrollWidth')) !== 320) wide.push(name)
    }
    expect(wide).toEqual([])
    await page.close()
  })

  test('by keyboard: the first stop skips to the content, the next ones are links', async () => {
    const page = await browser.newPage()
    await page.goto(site.url)
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).hash).toBe('#content')
    await page.close()
  })

  test('without scripts, a list is filtered and a day is asked about', async () => {
    const context = await openContext(browser, { javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${site.url}/instruments/tech-sector-accord`)
    await page.getByText('Filter and sort').click()
    await page.locator('select[name=word]').selectOption('withdrawing')
    await page.locator('section form button').first().click()
    expect(await page.locator('tbody th .domain').first().textContent()).toBe('fabrikam.example')
    await page.getByText('Ask about another day').click()
    await page.locator('.moment input[name=at]').fill('2026-02-01')
    await page.locator('.moment button').click()
    expect(await page.locator('.past').count()).toBe(1)
    await context.close()
  })
})

/** Whatever the pages of a context ask of others, or are refused, or complain about. */
function listen(context: BrowserContext, url: string): string[] {
  const said: string[] = []
  context.on('request', (request) => {
    if (!request.url().startsWith(url)) said.push(`asked ${request.url()}`)
  })
  context.on('console', (message) => {
    // The browser's own word for an error page, which such a page is meant to be.
    if (!/Failed to load resource: the server responded with a status of 40/.test(message.text()))
      said.push(message.text())
  })
  context.on('weberror', (error) => said.push(String(error.error())))
  return said
}

/** What is wrong with a page on some screen; pictures of it are kept. */
async function faultsOnScreens(page: Page, place: Place): Promise<string[]> {
  const found: string[] = []
  // Attestations differ in their words alone: half of the screens will do.
  const screens = place[0].startsWith('attestation') ? SCREENS.slice(0, 2) : SCREENS
  for (const [screen, viewport, colorScheme, rules] of screens) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    const path = join(PICTURES, screen, `${fileOf(place)}.jpeg`)
    await page.screenshot({ path, fullPage: true, type: 'jpeg', quality: 70 })
    const faults = await wrongOn(page, rules)
    found.push(...faults.map((fault) => `${place[0]}, ${screen}: ${fault}`))
  }
  return found
}

/** What axe finds, and whether the page is wider than its screen. */
async function wrongOn(page: Page, rules?: readonly string[]): Promise<string[]> {
  const wide = await page.evaluate<boolean>(
    'document.documentElement.scrollWidth > document.documentElement.clientWidth',
  )
  return [...(wide ? ['wider than the screen'] : []), ...(await faultsOf(page, rules))]
}

function fileOf([name]: Place): string {
  return name.replace(/[^a-z0-9]+/g, '-')
}

/**
 * A reader of the pages of the story in Chromium, who verifies them: each test in windows of its own.
 *
 * @module
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { buildPageScripts } from '../../bench/bundle.ts'
import type { Site } from '../http/site.ts'
import { openPages } from '../pages/story.ts'
import { openBrowser, openContext } from './chromium.ts'

export let site: Site
export let page: Page
/** The registry's own. */
export let policy: string
/** What is asked of others, or complained about. */
export let said: string[]

/** Opens the site and the browser for the tests of a file, and a page for each. */
export function readPages(): void {
  let browser: Browser
  beforeAll(async () => {
    await buildPageScripts('dist/site')
    site = await openPages()
    policy = await (await site.get('/policy.txt')).text()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })
  beforeEach(async () => {
    const context = await openContext(browser)
    page = await context.newPage()
    said = []
    context.on('request', (request) => {
      if (!request.url().startsWith(site.url)) said.push(`asked ${request.url()}`)
    })
    context.on('console', (message) => said.push(message.text()))
    context.on('weberror', (error) => said.push(String(error.error())))
  })
  afterEach(() => page.context().close())
}

/** What the page comes to, as soon as it does: a locator would look twice a second. */
export async function verdict(): Promise<string> {
  const word = await page.waitForFunction(
    () => document.querySelector<HTMLElement>('.verdict')?.innerText ?? '',
    null,
    { timeout: 60_000 },
  )
  return word.jsonValue()
}

/** All that the panel says. */
export function answer(): Promise<string> {
  return page.locator('.added').innerText()
}

/** Verifies a page against the whole log. @returns the verdict */
export async function read(over: string = policy): Promise<string> {
  await page.locator('#policy').fill(over)
  await page.getByRole('button', { name: 'Read the whole log' }).click()
  return verdict()
}

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, skipped, why } from '../browser/chromium.ts'
import { openSite, type Site } from './site.ts'

describe.skipIf(skipped)(`the API's page${why}`, () => {
  let site: Site
  let browser: Browser

  beforeAll(async () => {
    site = await openSite()
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await site.close()
  })

  test('shows every operation, asks nobody else, and breaks no policy', async () => {
    const page = await browser.newPage()
    const asked: string[] = []
    const said: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(String(error)))
    await page.goto(`${site.url}/api`)
    await page.getByText('/v1/attestations', { exact: true }).waitFor()
    const document = (await (await site.get('/openapi.json')).json()) as { paths: object }
    const operations = Object.values(document.paths).flatMap(Object.keys)
    expect(await page.locator('.opblock').count()).toBe(operations.length)
    await page.locator('#operations-proofs-get_v1_proofs_inclusion').click()
    await page.getByRole('button', { name: 'Try it out' }).waitFor()
    const elsewhere = asked.filter((url) => !url.startsWith(site.url) && !url.startsWith('data:'))
    expect(elsewhere).toEqual([])
    expect(said).toEqual([])
  })
})

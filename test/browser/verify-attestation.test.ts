/**
 * The page of an attestation, held against its evidence in the browser.
 *
 * @module
 */
import { describe, expect, test } from 'vitest'
import { placesOf } from '../pages/places.ts'
import { faultsOf, skipped, why } from './chromium.ts'
import { answer, page, policy, readPages, said, site, verdict } from './reader.ts'

describe.skipIf(skipped)(`the page of an attestation${why}`, () => {
  readPages()

  const opened = async () => {
    const party = await (await site.get('/parties/contoso.com')).text()
    await page.goto(`${site.url}/attestations/${/\/attestations\/([^"/?]+)/.exec(party)![1]}`)
    await page.locator('#policy').fill(policy)
  }
  const ask = async () => {
    await page.getByRole('button', { name: 'Verify this page' }).click()
    return verdict()
  }

  test('follows from its evidence, whatever it is and whoever said it', async () => {
    // One of each type: acts differ in their words alone.
    const attestations = (await placesOf(site)).filter(([name]) => name.startsWith('attestation'))
    const types = new Map(attestations.map(([name, path]) => [name.split(' ')[1], path]))
    expect(types.size).toBe(8)
    for (const path of types.values()) {
      await page.goto(site.url + path)
      await page.locator('#policy').fill(policy)
      expect(await ask(), `${path}: ${await answer()}`).toBe('verified')
    }
    await opened()
    expect(await ask(), await answer()).toBe('verified')
    expect(await answer()).toContain('What it does not prove')
    expect(await faultsOf(page)).toEqual([])
    await page.reload()
    expect(await page.locator('#policy').inputValue()).toBe(policy)
    expect(said).toEqual([])
  })

  test.each([
    ['the exact statement', '[aria-labelledby="exact"] pre'],
    ['whose statement it is', 'h1 bdi'],
    ['what the statement says', '[aria-labelledby="says"] dl dd'],
    ['the digest', 'main .facts code.mono'],
    ['the place in the log', 'main .facts dd'],
    ['the keys that signed', '[aria-labelledby="signatures"] tbody th code'],
    ['the keys that signed', '[aria-labelledby="signatures"] td:last-child .domain'],
    ['when it was logged', '.interval li:nth-child(2) time'],
  ])('is not verified where %s is another', async (name, selector) => {
    await opened()
    await page
      .locator(selector)
      .first()
      .evaluate((e) => {
        e.textContent += '7'
      })
    expect(await ask()).toBe('not verified')
    expect(await answer()).toContain(name)
  })

  test('is not verified where it says another time', async () => {
    await opened()
    await page
      .locator('.interval li:nth-child(2) time')
      .evaluate((e) => e.setAttribute('datetime', '2020-01-01T00:00:00Z'))
    expect(await ask()).toBe('not verified')
    expect(await answer()).toContain('when it was logged')
  })

  test('is not verified by evidence of which a byte is another', async () => {
    await page.context().route('**/*.accord-evidence', async (route) => {
      const response = await route.fetch()
      const body = await response.body()
      body[body.length >> 1]! ^= 1
      await route.fulfill({ response, body })
    })
    await opened()
    expect(await ask()).toBe('not verified')
  })

  test('cannot tell without its evidence, or by no policy', async () => {
    await opened()
    await page.context().route('**/*.accord-evidence', (route) => route.abort())
    expect(await ask()).toBe('cannot tell')
    await page.locator('#policy').fill('')
    expect(await ask()).toBe('cannot tell')
  })
})

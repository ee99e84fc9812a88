/**
 * Hostile names and texts in a real browser: nothing runs, nothing is asked of others, nothing is wider
 * than a phone, and what stands behind a name stands behind it whatever its direction.
 *
 * @module
 */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Site } from '../http/site.ts'
import { domainOf, instrumentOf, openHostile, TEXTS } from '../pages/hostile.ts'
import { actsOf } from '../pages/places.ts'
import { openBrowser, openContext, skipped, why } from './chromium.ts'

describe.skipIf(skipped)(`hostile texts${why}`, () => {
  let site: Site
  let browser: Browser

  beforeAll(async () => {
    site = await openHostile()
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await site.close()
  })

  test('run nothing, ask nothing, and stay where they are', async () => {
    const context = await openContext(browser, { viewport: { width: 360, height: 780 } })
    const said: string[] = []
    context.on('dialog', (dialog) => void said.push(dialog.message()))
    context.on('console', (message) => void said.push(message.text()))
    context.on('request', (request) => {
      if (!request.url().startsWith(site.url)) said.push(request.url())
    })
    const page = await context.newPage()
    const paths = await Promise.all(TEXTS.map((_, i) => pathsOf(i)))
    for (const path of ['/', '/parties', '/changes', '/instruments', ...paths.flat()]) {
      await page.goto(site.url + path)
      const faults = await page.evaluate<string[]>(`(${FAULTS})()`)
      said.push(...faults.map((fault) => `${path}: ${fault}`))
    }
    await context.close()
    expect(said).toEqual([])
  })

  async function pathsOf(i: number): Promise<string[]> {
    const acts = await actsOf(site, domainOf(i))
    const signs = acts.find(({ act }) => act === 'sign')!
    const id = instrumentOf(i)
    return [
      ...[`/parties/${domainOf(i)}`, `/attestations/${signs.digest}`],
      ...[`/instruments/${id}`, `/instruments/${id}/diff/1..2`, `/sign?instrument=${id}`],
    ]
  }
})

/**
 * In the page: whether it is wider than its screen; and in sentences whether the words that follow a
 * party on the same line are at its right, as they are in English.
 */
const FAULTS = `() => {
  const { scrollWidth, clientWidth } = document.documentElement
  const wide = scrollWidth > clientWidth ? ['wider than the screen'] : []
  const turned = [...document.querySelectorAll('.news p > .who')].flatMap((who) => {
    const after = who.nextSibling
    if (!after || after.nodeType !== Node.TEXT_NODE) return []
    const range = document.createRange()
    range.setStart(after, 0)
    range.setEnd(after, 2)
    const domain = who.querySelector('.domain').getClientRects()
    const [last, word] = [domain[domain.length - 1], range.getBoundingClientRect()]
    const sameLine = Math.abs(last.bottom - word.bottom) < 3
    return sameLine && word.left < last.right - 1 ? [who.textContent + after.textContent] : []
  })
  return [...wide, ...turned]
}`

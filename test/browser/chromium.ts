/**
 * The browser that pages are tested in, and what axe finds there.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const required = (process.env['ACCORD_REQUIRE'] ?? '').split(',').includes('chromium')
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const missing = existsSync(CHROMIUM) ? null : `no ${CHROMIUM}`
/** Whether tests go without it. */
export const skipped = missing !== null && !required
/** What is said behind the name of what is skipped. */
export const why = missing ? ` (${missing})` : ''

/** A browser that asks for nothing by itself. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET })
}

/** Somebody's windows. Pages do not glide to where something is clicked: it takes most of a second. */
export function openContext(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  return browser.newContext({ reducedMotion: 'reduce', ...options })
}

/** What axe finds on a page, by all its rules or by some. */
export async function faultsOf(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(`window.axe ?? (() => {${AXE}})()`)
  const options = rules ? { runOnly: { type: 'rule', values: rules } } : {}
  const { violations } = await page.evaluate<{
    violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[]
  }>(`axe.run(document, ${JSON.stringify({ ...options, resultTypes: ['violations'] })})`)
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map((n) => `${id}: ${n.target.join(' ')}: ${n.failureSummary}`),
  )
}

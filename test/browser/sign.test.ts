/**
 * A company enrols and signs in a browser, with a real registry that asks a real name server; and
 * whoever has the files verifies in another browser, without a network.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildKeyFileScript, buildSignScript } from '../../bench/bundle.ts'
import { buildVerifierPage } from '../../bench/verifier.ts'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'
import { keyOf } from '../accord/keys.ts'
import { Stage, splitWords } from '../cli/script.ts'
import { type NameServer, openNameServer } from '../domain/name-server.ts'
import { faultsOf, openBrowser, openContext, skipped, why } from './chromium.ts'

const PICTURES = join(import.meta.dirname, '../../test-results/sign')
const PASSPHRASE = 'correct horse battery staple'
const ACCORD = '/sign?instrument=tech-sector-accord'
const PHONE = { viewport: { width: 360, height: 780 }, colorScheme: 'dark' } as const

/** Seconds by which the registry's clock has been moved. */
let ahead = 0
const now = () => Math.floor(Date.now() / 1000) + ahead

test('is small, and loads what seals keys only where a key is made or opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'accord-sign-'))
  const sizes: Record<string, number> = {}
  for (const [name, build] of [
    ['sign.js', buildSignScript],
    ['key-file.js', buildKeyFileScript],
  ] as const) {
    await build(join(folder, name))
    sizes[name] = gzipSync(readFileSync(join(folder, name)), { level: 9 }).length
    console.log(`${name}: ${(sizes[name] / 1000).toFixed(1)} kB compressed`)
  }
  const text = readFileSync(join(folder, 'sign.js'), 'utf8')
  rmSync(folder, { recursive: true })
  expect(sizes['sign.js']).toBeLessThan(62_000)
  expect(sizes['key-file.js']).toBeLessThan(62_000)
  expect(text).not.toMatch(/age-encryption\.org|PRIVATE\+KEY|WebAssembly|new Function|\beval\(/)
})

describe.skipIf(skipped)(`signing in a browser${why}`, () => {
  let folder: string
  let names: NameServer
  let serving: Serving
  let browser: Browser
  /** TXT records by name. */
  const zone = new Map<string, readonly string[]>()
  /** What is to be asked of nobody else, and complained about by no page. */
  const said: string[] = []

  beforeAll(async () => {
    await Promise.all([
      buildSignScript('dist/site/sign.js'),
      buildKeyFileScript('dist/site/key-file.js'),
    ])
    folder = mkdtempSync(join(tmpdir(), 'accord-sign-'))
    mkdirSync(PICTURES, { recursive: true })
    names = await openNameServer(({ name, type }) => {
      const records = type === 'TXT' ? zone.get(name) : undefined
      if (!records) return { code: 3 }
      return { answers: records.map((data) => ({ type: 'TXT', name, data: [data] })) }
    })
    const settings = readSettings({
      PORT: '0',
      ACCORD_DATA_DIR: join(folder, 'data'),
      ACCORD_METHODS: 'dns',
      ACCORD_RESOLVERS: `127.0.0.1:${names.port}`,
    })
    const log = (level: string, event: string, fields?: object) => {
      if (level === 'error') said.push(`${event} ${JSON.stringify(fields)}`)
    }
    serving = await serve({ settings, clock: now, log })
    browser = await openBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await serving?.close()
    await names?.close()
    rmSync(folder, { recursive: true })
  })

  afterEach(() => {
    expect(said.splice(0)).toEqual([])
  })

  /** Somebody's browser, with the page open in it. */
  async function person(path = ACCORD, options = {}): Promise<Page> {
    const context = await openContext(browser, { acceptDownloads: true, ...options })
    listen(context)
    const page = await context.newPage()
    await page.goto(serving.url + path)
    return page
  }

  function listen(context: BrowserContext): void {
    context.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(serving.url) && !url.startsWith('blob:')) said.push(`asked ${url}`)
    })
    context.on('console', (message) => {
      // The browser's own word for an answer that is no success.
      if (!/Failed to load resource: .* status of 4\d\d/.test(message.text()))
        said.push(message.text())
    })
    context.on('weberror', (error) => said.push(String(error.error())))
  }

  /** Saves what a link gives. @returns where */
  async function saved(page: Page, name: string | RegExp, file?: string): Promise<string> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name }).click(),
    ])
    const path = join(folder, file ?? `${Math.random()}-${download.suggestedFilename()}`)
    await download.saveAs(path)
    return path
  }

  async function openDomain(page: Page, domain: string): Promise<void> {
    await page.getByLabel('The domain that signs').fill(domain)
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('heading', { name: `Your keys for ${domain}` }).waitFor()
  }

  /** Makes a key, and opens it from its file. @returns its vkey and its file */
  async function makeKey(page: Page, label: string, keep: boolean) {
    const making = page.locator('details', { hasText: 'Make a key' }).first()
    if ((await making.getAttribute('open')) === null) await making.locator('summary').click()
    await page.getByLabel('What the key is called').fill(label)
    await making.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
    await making.getByLabel('The same passphrase again').fill(PASSPHRASE)
    await making.getByRole('button', { name: 'Make the key' }).click()
    const file = await saved(page, /^Save .*\.key$/)
    const vkey = await making.locator('.copyable pre').innerText()
    await openKey(page, file, keep)
    return { vkey, file }
  }

  async function openKey(page: Page, file: string, keep: boolean, passphrase = PASSPHRASE) {
    const opening = page.locator('details', { hasText: 'Open a key file' }).first()
    if ((await opening.getAttribute('open')) === null) await opening.locator('summary').click()
    await opening.getByLabel('The key file').setInputFiles(file)
    await opening.getByLabel('Passphrase', { exact: true }).fill(passphrase)
    await opening.getByLabel(/^Keep it/).setChecked(keep)
    await opening.getByRole('button', { name: 'Open it' }).click()
    await opening.getByText(/is at hand|does not open|holds no secret|is none of/).waitFor()
  }

  async function signWithAll(page: Page): Promise<void> {
    const buttons = page.getByRole('button', { name: /^Sign these bytes/ })
    await page.locator('.signers').first().waitFor()
    for (let n = await buttons.count(); n > 0; n--) {
      await buttons.first().click()
      await expect.poll(() => buttons.count()).toBe(n - 1)
    }
  }

  async function handIn(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Hand it in' }).click()
    await page.getByRole('heading', { name: 'It is in the log' }).waitFor()
  }

  /** The lines that the page wants published are. */
  async function publish(page: Page, domain: string): Promise<void> {
    const lines = await page.locator('.publish .copyable pre').allInnerTexts()
    zone.set(
      `_accord.${domain}`,
      lines.filter((line) => line.startsWith('accord=v1;')),
    )
  }

  async function picture(page: Page, name: string): Promise<void> {
    await page.locator('.added').screenshot({ path: join(PICTURES, `${name}.png`) })
  }

  /** What does not fit the screen. */
  function wider(page: Page): Promise<unknown> {
    return page.evaluate(
      '[...document.querySelectorAll(".added *")].filter((e) => e.getBoundingClientRect().right > innerWidth).map((e) => e.outerHTML)',
    )
  }

  test('a company enrols and signs in one browser; another one, offline, verifies', {
    timeout: 300_000,
  }, async () => {
    const domain = 'contoso.example'
    const page = await person()
    expect(await page.locator('.clause').count()).toBeGreaterThan(3)
    await openDomain(page, domain)
    const ceo = await makeKey(page, 'ceo', true)
    const safe = await makeKey(page, 'safe', false)
    await picture(page, 'keys')
    expect(await faultsOf(page)).toEqual([])

    await page.getByLabel('The name that is shown').fill('Contoso & Söhne <Ltd>')
    await page.getByLabel('Country').fill('CH')
    expect(await page.getByLabel('Which kind').nth(1).inputValue()).toBe('recovery')
    await page.getByRole('button', { name: 'Write the statement' }).click()
    await page.locator('.bytes').waitFor()
    const enrolment = await page.locator('.bytes').textContent()
    expect(JSON.parse(enrolment!)).toMatchObject({
      keys: [{ vkey: ceo.vkey, role: 'ceo' }],
      recovery: { keys: [{ vkey: safe.vkey }] },
    })
    expect(await page.evaluate('document.activeElement.id')).toBe('step-4')
    await signWithAll(page)

    await page.getByRole('button', { name: 'Ask the domain now' }).click()
    await page.getByText('does not show exactly these keys yet').waitFor()
    await page.getByRole('button', { name: 'Hand it in' }).click()
    const no = await page.locator('.refused').innerText()
    expect(no).toContain('Refused: ')
    expect(no).toContain('What to do: publish exactly these daily keys')
    await picture(page, 'refused')
    await publish(page, domain)
    // A domain is not asked again for some seconds, whoever wants to know.
    ahead += 20
    await page.getByRole('button', { name: 'Ask the domain now' }).click()
    await page.getByText('The domain shows exactly these keys.').waitFor()
    await picture(page, 'desk')
    expect(await faultsOf(page)).toEqual([])
    await handIn(page)
    await page.getByRole('button', { name: 'Go on to sign' }).click()

    await page.getByRole('heading', { name: 'What is signed' }).waitFor()
    await page.getByLabel('What the party can say').selectOption('contests-orders')
    await page.getByLabel('Which subsidiaries').selectOption('all')
    await page.getByText('Make a reservation to a clause').click()
    await page.getByLabel('Reservation to TSA-4').fill('Only where our own staff are present.')
    await picture(page, 'commitment')
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Write the statement' }).click()
    await page.locator('.bytes').waitFor()
    const bytes = (await page.locator('.bytes').textContent())!
    expect(JSON.parse(bytes)).toMatchObject({
      act: 'sign',
      reservations: [{ clause: 'TSA-4', text: 'Only where our own staff are present.' }],
      declarations: [{ value: 'contests-orders' }, { value: 'all' }],
    })
    await signWithAll(page)
    await handIn(page)
    await page.getByText('The party’s record now says: Stands by it.').waitFor()
    await page.getByText('is good by the policy that the registry hands out').waitFor()
    await picture(page, 'logged')
    expect(await faultsOf(page)).toEqual([])
    const receipt = await saved(page, 'Save the receipt')
    const evidence = await saved(page, /^Save the evidence/)
    await page.getByRole('link', { name: 'Its page', exact: true }).click()
    expect(await page.locator('main').innerText()).toContain(
      'Only where our own staff are present.',
    )
    await page.context().close()

    await verifiesOffline(receipt, evidence)
  })

  /** Another browser, which has the verifier, the policy and the files, and no network. */
  async function verifiesOffline(receipt: string, evidence: string): Promise<void> {
    const verifier = join(folder, 'verify.html')
    await buildVerifierPage(verifier)
    const policy = readFileSync(serving.policy)
    const other = await openBrowser()
    const context = await openContext(other)
    await context.setOffline(true)
    const page = await context.newPage()
    await page.goto(pathToFileURL(verifier).href)
    const give = async (name: string, buffer: Buffer) => {
      await page.evaluate('document.getElementById("answer").replaceChildren()')
      await page.locator('#file').setInputFiles({ name, mimeType: '', buffer })
      const verdict = page.locator('#answer > .verdict')
      await verdict.waitFor()
      return [await verdict.innerText(), await page.locator('#answer').innerText()] as const
    }
    await page
      .locator('#policy')
      .setInputFiles({ name: 'policy.txt', mimeType: '', buffer: policy })
    for (const path of [receipt, evidence]) {
      const whole = readFileSync(path)
      expect((await give(path, whole))[0]).toBe('verified')
      for (const at of positions(whole)) {
        const changed = Buffer.from(whole)
        changed[at]! ^= 1
        const [verdict, why] = await give(path, changed)
        expect([at, verdict]).not.toEqual([at, 'verified'])
        expect(why, String(at)).toMatch(/Which check failed\s+\S/)
      }
    }
    await other.close()
  }

  test('two officers sign in two browsers, each with a key of their own', {
    timeout: 300_000,
  }, async () => {
    const domain = 'fabrikam.example'
    const first = await person()
    const second = await person(ACCORD, PHONE)
    await openDomain(second, domain)
    const counsel = await makeKey(second, 'counsel', true)
    await openDomain(first, domain)
    await makeKey(first, 'ceo', true)
    await first.getByRole('button', { name: 'One more key' }).click()
    await first.getByLabel('Its public part').nth(1).fill(counsel.vkey)
    await first.getByLabel('What its holder does').nth(1).fill('general counsel')
    await first.getByLabel('How many daily keys').fill('2')
    await first.getByLabel('The name that is shown').fill('Fabrikam')
    await first.getByRole('button', { name: 'Write the statement' }).click()
    await signWithAll(first)
    await publish(first, domain)
    expect(await first.getByRole('button', { name: 'Hand it in' }).count()).toBe(0)
    const enrolment = await saved(first, /\.statement$/)

    await second.goto(serving.url + ACCORD)
    const note = await signSent(second, enrolment)
    await addNote(first, note)
    await handIn(first)
    await first.getByRole('button', { name: 'Go on to sign' }).click()
    await first.getByLabel('What the party can say').selectOption('none-known')
    await first.getByLabel('Which subsidiaries').selectOption('none')
    await first.getByText('Name the officers who sign').click()
    await first.getByLabel('Office', { exact: true }).fill('general counsel')
    await first.getByLabel('Name', { exact: true }).fill('Dana Example')
    await first.getByRole('button', { name: 'Make a card' }).click()
    await first.getByLabel('Have these names shown').check()
    await first.getByRole('button', { name: 'Write the statement' }).click()
    await signWithAll(first)
    expect(await first.locator('#step-4').locator('..').innerText()).toContain('1 of 2 signatures')
    const pledge = await saved(first, /\.note$/)

    // A line over other bytes, or of a key of nobody, is not taken; what it is is said.
    await first.getByText('Add signatures that were made elsewhere').click()
    await paste(first, readFileSync(note, 'utf8').split('\n\n').at(-1)!)
    await first.getByText(/The signature of fabrikam.example.* does not hold/).waitFor()
    await paste(first, readFileSync(note, 'utf8'))
    await first.getByText('This is a note of another statement.').waitFor()

    await second.goto(serving.url + ACCORD)
    const signed = await signSent(second, pledge)
    await picture(second, 'sent')
    expect(await faultsOf(second)).toEqual([])
    expect(await wider(second)).toEqual([])
    await paste(first, readFileSync(signed, 'utf8').split('\n\n').at(-1)!)
    await first.getByText('The signature holds:').waitFor()
    await handIn(first)
    const digest = (await first
      .getByRole('link', { name: 'Its page', exact: true })
      .getAttribute('href'))!
    const cards = await fetch(`${serving.url}/v1${digest}/cards`)
    expect(await cards.json()).toMatchObject({ officers: [{ name: 'Dana Example' }] })
    await Promise.all([first.context().close(), second.context().close()])
  })

  /** Signs a file that came from somebody, with the key that is kept. @returns the note */
  async function signSent(page: Page, file: string): Promise<string> {
    await page.getByText('You were sent a file to sign').click()
    await page.getByLabel('The file', { exact: true }).setInputFiles(file)
    await page.getByRole('button', { name: 'Read it', exact: true }).click()
    await signWithAll(page)
    return saved(page, /\.note$/)
  }

  async function addNote(page: Page, note: string): Promise<void> {
    await page.getByText('Add signatures that were made elsewhere').click()
    await page.getByLabel('Notes').setInputFiles(note)
    await page.getByRole('button', { name: 'Check and add them' }).click()
    await page.getByText('The signature holds:').waitFor()
  }

  async function paste(page: Page, text: string): Promise<void> {
    await page.getByLabel('Or paste a note').fill(text)
    await page.getByRole('button', { name: 'Check and add them' }).click()
  }

  test('a key made here signs on the command line, and one made there signs here', {
    timeout: 300_000,
  }, async () => {
    const domain = 'northwind.example'
    const home = join(folder, 'northwind')
    mkdirSync(home)
    const stage = new Stage(home, now())
    writeFileSync(join(home, 'passphrase'), `${PASSPHRASE}\n`)
    stage.env['ACCORD_LOG'] = serving.url
    stage.env['ACCORD_POLICY'] = serving.policy
    stage.env['ACCORD_PASSPHRASE_FILE'] = 'passphrase'
    const accord = async (line: string) => {
      stage.now = now()
      const { out, err, exit } = await stage.accord(splitWords(line))
      if (exit !== 0) throw new Error(`${line}\n${out}${err}`)
      return out.trim()
    }
    const theirs = await accord(`keygen ${domain}/cfo --passphrase -o cfo.key`)
    const plain = await accord(`keygen ${domain}/cto -o cto.key`)
    const page = await person()
    await openDomain(page, domain)
    const ceo = await makeKey(page, 'ceo', true)
    await openKey(page, join(home, 'cfo.key'), true, 'not the passphrase')
    await page.getByText('The passphrase does not open this file.').waitFor()
    await openKey(page, join(home, 'cfo.key'), true)
    await openKey(page, join(home, 'cto.key'), false, '')
    await page.getByLabel('The name that is shown').fill('Northwind')
    await page.getByRole('button', { name: 'Write the statement' }).click()
    await signWithAll(page)
    await publish(page, domain)
    await handIn(page)

    writeFileSync(join(home, 'ceo.key'), readFileSync(ceo.file), { mode: 0o600 })
    expect(await accord('vkey ceo.key')).toBe(ceo.vkey)
    await accord(
      `commit sign tech-sector-accord -p ${domain} --declare compulsion=none-known --declare scope=all -k ceo.key --yes`,
    )

    // The page finds what was kept, and nothing else; and the party can leave here, too.
    await page.goto(serving.url + ACCORD)
    expect(await page.getByLabel('The domain that signs').inputValue()).toBe(domain)
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.locator('.keys .copyable').first().waitFor()
    expect((await page.locator('.keys pre').allInnerTexts()).toSorted()).toEqual(
      [ceo.vkey, theirs].toSorted(),
    )
    expect(plain).toContain('northwind.example/cto+')
    expect(await page.getByLabel('What it does').inputValue()).toBe('renew')
    await page.getByText('and nothing is due').waitFor()
    await page.getByLabel('What the party can say').selectOption('none-known')
    await page.getByLabel('Which subsidiaries').selectOption('none')
    await page.getByRole('button', { name: 'Write the statement' }).click()
    await page.getByText('What to do: look at').waitFor()

    // A year later it is.
    ahead += 350 * 86_400
    await page.clock.setSystemTime(now() * 1000)
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('Of this text the log says: Renewal due').waitFor()
    await page.getByLabel('What the party can say').selectOption('none-known')
    await page.getByLabel('Which subsidiaries').selectOption('none')
    await page.getByRole('button', { name: 'Write the statement' }).click()
    await page
      .getByRole('button', { name: /^Sign these bytes with northwind.example\/ceo/ })
      .click()
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Hand it in')
    await handIn(page)
    await page.getByText('The party’s record now says: Stands by it.').waitFor()
    expect(await page.getByRole('button', { name: /^Sign these|^Hand it/ }).count()).toBe(0)
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByLabel('What it does').selectOption('withdraw')
    await page.getByLabel('Why, if it is to be said').fill('We sold the business.')
    await page.getByRole('button', { name: 'Write the statement' }).click()
    await page
      .getByRole('button', { name: /^Sign these bytes with northwind.example\/cfo/ })
      .click()
    await handIn(page)
    await page.getByText('The party’s record now says: Withdrawing.').waitFor()
    await page.context().close()
  })

  test('a kept key is never shown again, and is gone once it is forgotten', async () => {
    const page = await person('/sign')
    await openDomain(page, 'adatum.example')
    await makeKey(page, '', true)
    const exported = page.evaluate(`(async () => {
      const open = indexedDB.open('accord', 1)
      await new Promise((done) => { open.onsuccess = done })
      const all = open.result.transaction('keys').objectStore('keys').getAll()
      await new Promise((done) => { all.onsuccess = done })
      open.result.close()
      return [all.result.length, all.result[0].key.extractable,
        await crypto.subtle.exportKey('pkcs8', all.result[0].key).then(() => 'shown', () => 'not shown')]
    })()`)
    expect(await exported).toEqual([1, false, 'not shown'])
    await page.getByRole('button', { name: 'Forget it here' }).click()
    await page.getByText('No key of adatum.example is at hand').waitFor()
    await page.reload()
    expect(await page.getByLabel('The domain that signs').inputValue()).toBe('')
    await page.context().close()
  })

  test('what is typed wrongly is said in words, where it is', async () => {
    const page = await person()
    await page.getByRole('button', { name: 'Go on' }).click()
    expect(await page.getByRole('alert').innerText()).toContain('Expected a domain')
    await openDomain(page, 'tailspin.example')
    await page.getByText('Make a key', { exact: true }).click()
    await page.getByLabel('Passphrase', { exact: true }).first().fill('short')
    await page.getByRole('button', { name: 'Make the key' }).click()
    expect(await page.getByRole('alert').innerText()).toContain('12 characters')
    await page.getByLabel('Its public part').first().fill('nonsense')
    await page.getByRole('button', { name: 'Write the statement' }).click()
    await page.getByText('Expected a public key, name+id+base64, got nonsense').waitFor()
    await page.getByText('You were sent a file to sign').click()
    await page.getByLabel('Or its text').fill('{}')
    await page.getByRole('button', { name: 'Read it', exact: true }).click()
    await page.getByText('This is no statement of this registry').waitFor()
    await page.context().close()
  })

  test('nothing is written on a log that is none by the reader’s own policy', async () => {
    const page = await person()
    await page.evaluate(
      `localStorage.setItem('accord policy', 'log ${keyOf('elsewhere.example/log').vkey}\\nquorum none\\n')`,
    )
    await openDomain(page, 'tailspin.example')
    await page.getByLabel('Its public part').fill(keyOf('tailspin.example').vkey)
    await page.getByLabel('The name that is shown').fill('Tailspin')
    await page.getByRole('button', { name: 'Write the statement' }).click()
    await page.getByText('The log is not what this browser was told to expect').waitFor()
    await page.context().close()
  })

  test('words that are not those whose digest is signed are not signed', async () => {
    const shown = async (page: Page, why: RegExp) => {
      await openDomain(page, 'contoso.example')
      await page.getByText(why).waitFor()
      expect(await page.getByRole('button', { name: 'Write the statement' }).count()).toBe(0)
      await page.context().close()
    }
    for (const selector of ['.clause .text p', '.clause h3', '#words', '#terms ~ dl dd']) {
      const page = await person()
      await page
        .locator(`[aria-labelledby="words"] ${selector}`)
        .first()
        .evaluate((e) => {
          e.textContent += ' Or not.'
        })
      await shown(page, /is not the text whose digest would be signed/)
    }
    const page = await person()
    await page.context().route('**/*.note', async (route) => {
      const response = await route.fetch()
      const body = (await response.text()).replace('"title": "', '"title": "Not the ')
      await route.fulfill({ response, body })
    })
    await shown(page, /gives a text of another digest/)
  })

  test('on a phone, in the dark, by keyboard', async () => {
    const page = await person(ACCORD, PHONE)
    await page.getByLabel('The domain that signs').focus()
    await page.keyboard.type('wingtip.example')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Your keys for wingtip.example' }).waitFor()
    expect(await page.evaluate('document.activeElement.id')).toBe('step-2')
    for (const details of await page.locator('.added summary').all()) await details.click()
    await picture(page, 'phone')
    expect(await faultsOf(page)).toEqual([])
    expect(await wider(page)).toEqual([])
    await page.context().close()
  })

  test('without JavaScript, or without Ed25519, the page says how all the same', async () => {
    const plain = await person(ACCORD, { javaScriptEnabled: false })
    const text = await plain.locator('main').innerText()
    expect(text).toContain('accord draft commit sign tech-sector-accord')
    expect(text).toContain('On a command line')
    await plain.context().close()
    const context = await openContext(browser)
    await context.addInitScript(
      'SubtleCrypto.prototype.generateKey = () => Promise.reject(new DOMException("", "NotSupportedError"))',
    )
    const old = await context.newPage()
    await old.goto(serving.url + ACCORD)
    await old.getByText('This browser cannot make Ed25519 signatures').waitFor()
    await context.close()
  })
})

/** Forty places in a file, and the first byte of every line. */
function positions(bytes: Uint8Array): number[] {
  const step = Math.floor(bytes.length / 40)
  const spread = Array.from({ length: 40 }, (_, i) => i * step)
  const lines = [...bytes].flatMap((byte, i) =>
    byte === 10 && i + 1 < bytes.length ? [i + 1] : [],
  )
  return [...new Set([...spread, ...lines])]
}

/**
 * What the pages verify in the browser: files that are dropped, and a party's page against the
 * whole log.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildPageScripts } from '../../bench/bundle.ts'
import { seedSigner } from '../../keys/signer.ts'
import { parseBundle } from '../../src/tlog/bundle.ts'
import { parseCheckpoint, signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { leafHash } from '../../src/tlog/merkle.ts'
import { formatNote, parseNote } from '../../src/tlog/note.ts'
import { copyOf } from '../client/copy.ts'
import type { Site } from '../http/site.ts'
import { actsOf, placesOf } from '../pages/places.ts'
import { faultsOf, openBrowser, openContext, skipped, why } from './chromium.ts'

test('each script that verifies is under 60 kB compressed', async () => {
  await buildPageScripts('dist/site')
  for (const name of ['verify.js', 'judging.js', 'reading.js', 'whole-log.js']) {
    const { length } = gzipSync(readFileSync(`dist/site/${name}`), { level: 9 })
    console.log(`${name}: ${(length / 1000).toFixed(1)} kB compressed`)
    expect(length, name).toBeLessThan(60_000)
  }
})

describe.skipIf(skipped)(`in the page${why}`, () => {
  let site: Site
  let browser: Browser
  let page: Page
  let said: string[]
  let policy: string

  beforeAll(async () => {
    await buildPageScripts('dist/site')
    const { openPages } = await import('../pages/story.ts')
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

  afterEach(async () => page.context().close())

  /** What the page comes to, as soon as it does: a locator would look twice a second. */
  async function verdict(): Promise<string> {
    const word = await page.waitForFunction(
      () => document.querySelector<HTMLElement>('.verdict')?.innerText ?? '',
      null,
      { timeout: 60_000 },
    )
    return word.jsonValue()
  }

  async function read(over: string = policy): Promise<string> {
    await page.locator('#policy').fill(over)
    await page.getByRole('button', { name: 'Read the whole log' }).click()
    return verdict()
  }

  test('a party’s page follows from the whole log, line by line', async () => {
    for (const domain of ['contoso.com', 'markup.example', 'fabrikam.example']) {
      await page.goto(`${site.url}/parties/${domain}`)
      expect(await read(), await page.locator('.added').innerText()).toBe('verified')
    }
    expect(await faultsOf(page)).toEqual([])
    expect(said).toEqual([])
  })

  test('a line that does not follow is named', async () => {
    await page.goto(`${site.url}/parties/contoso.com`)
    await page.evaluate("document.querySelector('[data-standing] .answer').textContent = 'Never.'")
    expect(await read()).toBe('not verified')
    expect(await page.locator('.added').innerText()).toContain('does not follow')
    expect(await page.locator('.added').innerText()).toContain('Never.')
  })

  test('a standing that is kept back is named', async () => {
    await page.goto(`${site.url}/parties/contoso.com`)
    await page.evaluate("document.querySelector('[data-standing]').remove()")
    expect(await read()).toBe('not verified')
    expect(await page.locator('.added').innerText()).toContain('is not shown')
  })

  const answer = () => page.locator('.added').innerText()

  test('the list of who signed is complete, under any condition, in any order, of any day', {
    timeout: 240_000,
  }, async () => {
    const asked = await (await site.get('/v1/instruments')).json()
    const ids = (asked as { instruments: { id: string }[] }).instruments.map(({ id }) => id)
    const paths = [
      ...ids.map((id) => `/instruments/${id}`),
      `/instruments/${ids[0]}?word=active`,
      `/instruments/${ids[0]}?sort=signed&control=stale`,
      `/instruments/${ids[0]}?sort=name&at=2026-06-01`,
      `/instruments/${ids[0]}?size=20`,
    ]
    for (const path of paths) {
      await page.goto(site.url + path)
      expect(await read(), `${path}: ${await answer()}`).toBe('verified')
      expect(await answer()).toContain('complete')
    }
    expect(await faultsOf(page)).toEqual([])
    expect(said).toEqual([])
  })

  test.each([
    ['left out', 'rows[1].remove()', 'follows, and is not shown'],
    ['made up', "rows[1].querySelector('.name').textContent = 'Another'", 'does not follow'],
    ['moved', 'rows[1].after(rows[0])', 'another order'],
  ])('a line of the list that is %s is named', async (_, how, word) => {
    await page.goto(`${site.url}/instruments/accord`)
    await page.evaluate(`{ const rows = document.querySelectorAll('#who ~ * tbody tr'); ${how} }`)
    expect(await read()).toBe('not verified')
    expect(await answer()).toContain(word)
  })

  test.each([
    ['a count of the heading', "one('.lead').textContent = '412 parties stand by it now.'"],
    ['a count of a word', "one('.tally li').append('0')"],
    ['every line, behind a link', "one('tbody').textContent = ''; who.append(link)"],
    ['the title', "one('h1').append('!')"],
    ['the moment', "one('.moment time').textContent = '1 January 2020, 00:00:00 UTC'"],
  ])('a list beside which %s is another is not verified', async (_, how) => {
    await page.goto(`${site.url}/instruments/accord`)
    await page.evaluate(`{
      const one = (selector) => document.querySelector('main ' + selector)
      const who = one('[data-verify]')
      const link = Object.assign(document.createElement('a'), { rel: 'next' })
      ${how}
    }`)
    expect(await read()).toBe('not verified')
  })

  test.each([
    [
      'of another party',
      "place.dataset.verify = 'party contoso.com'; to(one('h1'), 'contoso.com')",
    ],
    ['of an earlier size', 'moment.dataset.size = 40'],
    ['under another title', "to(one('.holding h3'), 'Another text')"],
    ['beside one of no text', "add('It stands by this, too.')"],
    ['given twice', "holding.before(holding.cloneNode(true)); to(one('.answer'), 'Never.')"],
  ])('a standing %s is not verified', async (_, how) => {
    await page.goto(`${site.url}/parties/fabrikam.example`)
    await page.evaluate(`{
      const one = (selector) => document.querySelector('main ' + selector)
      const to = (element, text) => { element.textContent = text }
      const [place, moment, holding] = ['[data-verify]', '.moment', '.holding'].map(one)
      const add = (text) => holding.after(Object.assign(document.createElement('p'), { textContent: text }))
      ${how}
    }`)
    expect(await read()).toBe('not verified')
  })

  test('a mirror’s page is verified like the registry’s', async () => {
    for (const path of ['/parties/contoso.com', '/instruments/accord']) {
      await page.goto(site.url + path)
      await page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('afterbegin', '<aside class=\"moment past\"><p>A mirror</p></aside>')",
      )
      expect(await read(), await answer()).toBe('verified')
    }
  })

  test('whose policy it is stays known on the next page', async () => {
    const remark = () => page.locator('.added .quiet').first().innerText()
    await page.goto(`${site.url}/parties/contoso.com`)
    expect(await remark()).toContain('From somebody other than the registry')
    await page.getByRole('button', { name: 'Fill in the registry’s own policy' }).click()
    await page.getByText('This is the registry’s own policy.').waitFor()
    await page.getByRole('button', { name: 'Read the whole log' }).click()
    await verdict()
    await page.goto(`${site.url}/parties/fabrikam.example`)
    expect(await remark()).toContain('This is the registry’s own policy.')
    await page.locator('#policy').fill(`${policy}# mine`)
    expect(await remark()).toContain('From somebody other than the registry')
    expect(await page.locator('.added a[href="/trust#whose"]').count()).toBe(1)
  })

  test('what was taken down is neither shown nor missed, at any moment', {
    timeout: 240_000,
  }, async () => {
    const { openPages } = await import('../pages/story.ts')
    const own = await openPages()
    const { size } = parseCheckpoint(parseNote(await (await own.get('/checkpoint')).text()).text)
    const down = [
      ...(await actsOf(own, 'markup.example')).filter(({ type }) => type === 'enrolment/v1'),
      ...(await actsOf(own, 'contoso.com')).filter(({ act }) => act === 'sign' || act === 'renew'),
    ]
    for (const { digest } of down)
      await own.add(own.speaker.notice('takedown', digest, { reason: 'A court ordered it.' }))
    for (const path of [
      '/parties/markup.example',
      '/parties/contoso.com',
      '/instruments/tech-sector-accord',
      `/instruments/tech-sector-accord?size=${size}`,
      '/parties/markup.example?at=2026-03-01',
    ]) {
      await page.goto(own.url + path)
      expect(await read(), `${path}: ${await answer()}`).toBe('verified')
    }
    await page.goto(`${own.url}/parties/markup.example`)
    expect(await page.locator('h1').innerText()).toContain('taken down')
    await own.close()
  })

  test('nothing is told by the policy of another log', async () => {
    await page.goto(`${site.url}/parties/contoso.com`)
    expect(await read('log nonsense\n')).toBe('cannot tell')
    expect(await read('')).toBe('cannot tell')
  })

  test('a bundle in which a byte is another is found', async () => {
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

  test('a log that is smaller than it was before is not verified, and both notes are shown', async () => {
    await page.goto(`${site.url}/parties/contoso.com`)
    expect(await read()).toBe('verified')
    const served = await (await site.get('/checkpoint')).text()
    const { origin, size, root } = parseCheckpoint(parseNote(served).text)
    const larger = { origin, size: size + 1, root, extensions: [] }
    const { name, seed } = site.speaker.log
    const newer = formatNote(await signCheckpoint(larger, [seedSigner(name, seed)]))
    await page.evaluate(
      `localStorage.setItem('accord checkpoint ${origin}', ${JSON.stringify(newer)})`,
    )
    expect(await read()).toBe('not verified')
    const shown = await page.locator('.added pre').allTextContents()
    expect(shown).toEqual([newer, served])
    expect(await page.locator('.added').innerText()).toContain('SHRANK')
  })

  test('a log with another root of the same size is not verified, and both notes are shown', async () => {
    const served = await (await site.get('/checkpoint')).text()
    const { origin, size } = parseCheckpoint(parseNote(served).text)
    const { name, seed } = site.speaker.log
    const other = { origin, size, root: leafHash(Buffer.from('another')), extensions: [] }
    const fork = formatNote(await signCheckpoint(other, [seedSigner(name, seed)]))
    await page.goto(`${site.url}/parties/contoso.com`)
    await page.evaluate(
      `localStorage.setItem('accord checkpoint ${origin}', ${JSON.stringify(fork)})`,
    )
    expect(await read()).toBe('not verified')
    expect(await page.locator('.added pre').allTextContents()).toEqual([fork, served])
    expect(await answer()).toContain('FORKED')
  })

  test('an entry that the law refuses is named, whatever the log has signed', async () => {
    const { origin, size } = parseCheckpoint(
      parseNote(await (await site.get('/checkpoint')).text()).text,
    )
    const bundle = await (await site.get(`/tile/entries/000.p/${size}`)).arrayBuffer()
    const entries = parseBundle(new Uint8Array(bundle), size)
    const twice = entries.with(40, entries[39]!)
    const { files } = await copyOf({ origin, log: site.speaker.log, entries: twice })
    for (const [path, bytes] of files) {
      await page
        .context()
        .route(`${site.url}/${path}`, (route) => route.fulfill({ body: Buffer.from(bytes) }))
    }
    await page.goto(`${site.url}/parties/contoso.com`)
    expect(await read()).toBe('not verified')
    expect(await answer()).toMatch(/ILLEGAL_ENTRY.*\b40\b/)
  })

  test('whoever cancels is told that nothing was found out', async () => {
    await page.context().route('**/tile/entries/**', () => {})
    await page.goto(`${site.url}/parties/contoso.com`)
    await page.locator('#policy').fill(policy)
    await page.getByRole('button', { name: 'Read the whole log' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await verdict()).toBe('cannot tell')
    expect(await page.locator('.added').innerText()).toContain('Nothing was found out.')
  })

  describe('the page of an attestation', () => {
    const opened = async () => {
      const party = await (await site.get('/parties/contoso.com')).text()
      await page.goto(`${site.url}/attestations/${/\/attestations\/([^"/?]+)/.exec(party)![1]}`)
      await page.locator('#policy').fill(policy)
    }
    const ask = async () => {
      await page.getByRole('button', { name: 'Verify this page' }).click()
      return verdict()
    }
    const added = () => page.locator('.added').innerText()

    test('follows from its evidence, whatever it is and whoever said it', async () => {
      // One of each type: acts differ in their words alone.
      const attestations = (await placesOf(site)).filter(([name]) => name.startsWith('attestation'))
      const types = new Map(attestations.map(([name, path]) => [name.split(' ')[1], path]))
      expect(types.size).toBe(8)
      for (const path of types.values()) {
        await page.goto(site.url + path)
        await page.locator('#policy').fill(policy)
        expect(await ask(), `${path}: ${await added()}`).toBe('verified')
      }
      await opened()
      expect(await ask(), await added()).toBe('verified')
      expect(await added()).toContain('What it does not prove')
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
      expect(await added()).toContain(name)
    })

    test('is not verified where it says another time', async () => {
      await opened()
      await page
        .locator('.interval li:nth-child(2) time')
        .evaluate((e) => e.setAttribute('datetime', '2020-01-01T00:00:00Z'))
      expect(await ask()).toBe('not verified')
      expect(await added()).toContain('when it was logged')
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

  describe('the page that verifies', () => {
    let digest: string
    let evidence: string

    beforeAll(async () => {
      const party = await (await site.get('/parties/contoso.com')).text()
      digest = /\/attestations\/([^"/?]+)/.exec(party)![1]!
      evidence = await (await site.get(`/v1/attestations/${digest}.accord-evidence`)).text()
    })
    const note = async () => (await site.get(`/v1/attestations/${digest}.note`)).text()
    const opened = async () => {
      await page.goto(`${site.url}/verify`)
      await page.locator('#policy').fill(policy)
    }
    const told = async () => [await verdict(), await answer()] as const
    /** The answer there was is gone as soon as something else is asked. */
    const fresh = () => page.evaluate("document.querySelector('.verdict')?.remove()")
    async function give(bytes: Buffer | string, id = 'file') {
      await fresh()
      const buffer = Buffer.from(bytes)
      await page.locator(`#${id}`).setInputFiles({ name: id, mimeType: 'text/plain', buffer })
      return told()
    }
    async function paste(text: string) {
      await fresh()
      await page.locator('#paste').fill(text)
      await page.getByRole('button', { name: 'Verify' }).click()
      return told()
    }

    test('what was asked before is not answered beside the name of what came after', async () => {
      await opened()
      const file = (name: string, text: string) =>
        page.locator('#file').setInputFiles({ name, mimeType: '', buffer: Buffer.from(text) })
      await file('true.accord-evidence', evidence)
      await file('false.accord-evidence', 'We promise nothing.\n')
      expect(await verdict()).toBe('cannot tell')
      await page.waitForTimeout(3000)
      expect(await page.locator('#file-name').innerText()).toBe('false.accord-evidence')
      expect(await verdict()).toBe('cannot tell')
    })

    test('a browser that keeps nothing verifies all the same', async () => {
      await page.addInitScript(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied') } })",
      )
      await opened()
      expect((await give(evidence))[0]).toBe('verified')
      await page.goto(`${site.url}/parties/contoso.com`)
      expect(await read()).toBe('verified')
      expect(said).toEqual([])
    })

    test('evidence is verified, and with any byte another it is not', {
      timeout: 240_000,
    }, async () => {
      await opened()
      const [good, text] = await give(evidence)
      expect(good, text).toBe('verified')
      expect(text).toMatch(/[1-9]\d* signatures verified, in [\d,]+ bytes/)
      const receipt = await (await site.get(`/v1/attestations/${digest}.tlog-proof`)).text()
      expect((await give(receipt))[0]).toBe('verified')
      for (const file of [evidence, receipt]) {
        const bytes = Buffer.from(file)
        const first = bytes.indexOf(10) + 1
        for (let i = 0; i < 12; i++) {
          const at = first + Math.floor((i * (bytes.length - 1 - first)) / 11)
          const changed = Buffer.from(bytes)
          changed[at]! ^= 1
          const [word, why] = await give(changed)
          expect(word, `byte ${at}`).toBe('not verified')
          expect(why).toContain('Which check failed')
        }
      }
      expect(await faultsOf(page)).toEqual([])
      expect(said).toEqual([])
    })

    test('a pack is judged by its own policy, and by the reader’s where there is one', async () => {
      await page.goto(`${site.url}/verify`)
      const pack = Buffer.from(
        await (await site.get(`/v1/attestations/${digest}/pack.zip`)).arrayBuffer(),
      )
      const [own, text] = await give(pack)
      expect(own, text).toBe('verified')
      expect(text).toContain('came with what it judges')
      const [word, why] = await give('log nonsense\n', 'policy-file')
      expect(word, why).toBe('cannot tell')
      expect((await give(policy, 'policy-file'))[1]).toContain('the policy that you gave')
      await page.reload()
      expect(await page.locator('#policy').inputValue()).toBe(policy)
      // A policy that is taken away is none, here and for signing.
      await page.locator('#policy').fill(' ')
      await give(pack)
      expect(await page.evaluate("localStorage.getItem('accord policy')")).toBe(null)
    })

    test('a link, a digest and a text are verified, at whatever address the link was', async () => {
      await opened()
      const pasted = [
        `${site.url}/attestations/${digest}`,
        `https://mirror.example/attestations/${digest}?at=2026-01-01`,
        digest,
        evidence,
        `\n${evidence.trim()}`,
      ]
      for (const text of pasted) {
        const [word, why] = await paste(text)
        expect(word, why).toBe('verified')
      }
      const strange = await paste(`sha256:${'0'.repeat(64)}`)
      expect(strange[0]).toBe('cannot tell')
      expect(strange[1]).toContain('no evidence of the statement')
      expect((await paste('https://elsewhere.example/x'))[1]).toContain('elsewhere.example')
      expect((await paste(`${site.url}/parties/contoso.com`))[1]).toContain('verifies itself')
      expect((await paste('  '))[1]).toContain('There is nothing to verify')
      expect((await paste('What is this?'))[0]).toBe('cannot tell')
      expect(said.filter((line) => !line.includes('404'))).toEqual([])
    })

    test('a signed note is verified by the evidence of its statement', async () => {
      await opened()
      const [good, text] = await give(await note())
      expect(good, text).toBe('verified')
      expect(text).toContain(`evidence of statement ${digest}`)
      const parts = parseNote(await note())
      const [line] = parts.signatures
      const forged = { ...line!, blob: line!.blob.with(0, line!.blob[0]! ^ 1) }
      const [word, why] = await give(formatNote({ ...parts, signatures: [forged] }))
      expect(word, why).toBe('not verified')
      expect(why).toContain('not with these signatures')
      const unlike = (await note()).replace(/"issued": "20../, '"issued": "209')
      expect((await give(unlike))[0]).toBe('cannot tell')
    })

    test('evidence that is another’s proves nothing of this one', async () => {
      const party = await (await site.get('/parties/fabrikam.example')).text()
      const other = /\/attestations\/([^"/?]+)/.exec(party)![1]
      const body = await (await site.get(`/v1/attestations/${other}.accord-evidence`)).text()
      await page.context().route('**/*.accord-evidence', (route) => route.fulfill({ body }))
      await opened()
      const [word, why] = await paste(digest)
      expect(word).toBe('not verified')
      expect(why).toContain('about another statement')
    })

    test('whoever cancels, or has no policy, is told that nothing was found out', async () => {
      await opened()
      await page.locator('#policy').fill('')
      const [word, why] = await give(evidence)
      expect(word).toBe('cannot tell')
      expect(why).toContain('There is no policy')
      await page.context().route('**/*.accord-evidence', () => {})
      await page.locator('#policy').fill(policy)
      await fresh()
      await page.locator('#paste').fill(digest)
      await page.getByRole('button', { name: 'Verify' }).click()
      await page.getByRole('button', { name: 'Cancel' }).click()
      expect((await told())[1]).toContain('Nothing was found out.')
    })
  })
})

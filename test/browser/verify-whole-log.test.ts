/**
 * Pages held against the whole log, in the browser: a party and who signed a text.
 *
 * @module
 */
import { describe, expect, test } from 'vitest'
import { seedSigner } from '../../keys/signer.ts'
import { parseBundle } from '../../src/tlog/bundle.ts'
import { parseCheckpoint, signCheckpoint } from '../../src/tlog/checkpoint.ts'
import { leafHash } from '../../src/tlog/merkle.ts'
import { formatNote, parseNote } from '../../src/tlog/note.ts'
import { copyOf } from '../client/copy.ts'
import { actsOf } from '../pages/places.ts'
import { openPages } from '../pages/story.ts'
import { faultsOf, skipped, why } from './chromium.ts'
import { answer, page, policy, read, readPages, said, site, verdict } from './reader.ts'

describe.skipIf(skipped)(`a page and the whole log${why}`, () => {
  readPages()

  test('a party’s page follows from the whole log, line by line', async () => {
    for (const domain of ['contoso.com', 'markup.example', 'fabrikam.example']) {
      await page.goto(`${site.url}/parties/${domain}`)
      expect(await read(), await answer()).toBe('verified')
    }
    expect(await faultsOf(page)).toEqual([])
    expect(said).toEqual([])
  })

  test('a line that does not follow is named', async () => {
    await page.goto(`${site.url}/parties/contoso.com`)
    await page.evaluate("document.querySelector('[data-standing] .answer').textContent = 'Never.'")
    expect(await read()).toBe('not verified')
    expect(await answer()).toContain('does not follow')
    expect(await answer()).toContain('Never.')
  })

  test('a standing that is kept back is named', async () => {
    await page.goto(`${site.url}/parties/contoso.com`)
    await page.evaluate("document.querySelector('[data-standing]').remove()")
    expect(await read()).toBe('not verified')
    expect(await answer()).toContain('is not shown')
  })

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
    expect(await answer()).toContain('BROKEN')
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
    expect(await answer()).toContain('SHRANK')
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
    expect(await answer()).toContain('Nothing was found out.')
  })
})

/**
 * The page that verifies what a reader gives it: files, links, digests, notes.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildPageScripts } from '../../bench/bundle.ts'
import { formatNote, parseNote } from '../../src/tlog/note.ts'
import { faultsOf, skipped, why } from './chromium.ts'
import { answer, page, policy, read, readPages, said, site, verdict } from './reader.ts'

test('each script that verifies is under 60 kB compressed', async () => {
  await buildPageScripts('dist/site')
  for (const name of ['verify.js', 'judging.js', 'reading.js', 'whole-log.js']) {
    const { length } = gzipSync(readFileSync(`dist/site/${name}`), { level: 9 })
    console.log(`${name}: ${(length / 1000).toFixed(1)} kB compressed`)
    expect(length, name).toBeLessThan(60_000)
  }
})
describe.skipIf(skipped)(`the page that verifies${why}`, () => {
  readPages()

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

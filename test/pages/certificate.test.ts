import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { fc, test as prop } from '@fast-check/vitest'
import { PDFArray, PDFDocument, type PDFRawStream } from 'pdf-lib'
import { describe, expect, test } from 'vitest'
import { formatCertificate } from '../../src/pages/certificate.ts'
import { qrModules } from '../../src/pages/qr.tsx'
import { spelledIn } from '../../src/pages/sheet.ts'
import { company } from '../accord/cast.ts'
import { World } from '../accord/kit.ts'
import { packOf } from './packing.ts'
import { HOSTILE } from './story.ts'

/** A certificate of a signature by somebody with a name. */
async function certificateOf(name: string, domain = 'contoso.com') {
  const world = new World()
  const who = company(domain, { name })
  world.add(world.instrument())
  world.add(world.verification(domain, who.keys))
  world.add(world.enrol(who))
  const reservations = [{ clause: 'P2', text: 'Only <our> own.\nלא אחרים' }]
  const { index } = world.add(world.sign(domain, 'accord', { reservations }))
  const pack = await packOf(world, index)
  return { pack, bytes: await formatCertificate(pack) }
}

/** The texts of a PDF file by page, as its content streams show them, line by line; ASCII alone. */
async function textsOf(bytes: Uint8Array): Promise<string[]> {
  const document = await PDFDocument.load(bytes, { updateMetadata: false })
  return document.getPages().map((page) => {
    const streams = page.node.Contents()
    const parts = streams instanceof PDFArray ? streams.asArray() : [streams!]
    const drawn = parts.map((part) => {
      const stream = document.context.lookup(part) as PDFRawStream
      return inflateSync(stream.getContents()).toString('latin1')
    })
    const lines = [...drawn.join('\n').matchAll(/<([0-9A-F]*)> Tj/g)]
    const texts = lines.map(([, hex]) => Buffer.from(hex!, 'hex').toString('latin1'))
    return texts.join('\n').replace(/[^ -~\n]/g, '')
  })
}

const together = (lines: readonly string[]) => lines.join('\n').replace(/\s+/g, ' ')

describe('a certificate', () => {
  test('is the same to the byte, and dated as the entry is', async () => {
    const [a, b] = await Promise.all([certificateOf('Contoso'), certificateOf('Contoso')])
    expect(a.bytes).toEqual(b.bytes)
    const document = await PDFDocument.load(a.bytes, { updateMetadata: false })
    const dates = [document.getCreationDate(), document.getModificationDate()]
    const { logged } = a.pack.finding.times
    expect(dates.map((d) => d?.toISOString().replace('.000', ''))).toEqual([logged, logged])
  })

  test('says what the evidence does, and no more', async () => {
    const { bytes, pack } = await certificateOf('Contoso Ltd')
    const text = together(await textsOf(bytes))
    for (const says of [...pack.said.proves, ...pack.said.doesNotProve]) {
      const spelled = spelledIn((point) => point < 0x590 || point > 0x5ff, says)
      expect(text).toContain(spelled.replace(/[^ -~]/g, ''))
    }
    const { finding, permalink } = pack
    for (const exact of [finding.digest, finding.signers[0]!.vkey, finding.checkpoint.root]) {
      expect(text).toContain(exact)
    }
    expect(text.replaceAll(' ', '')).toContain(permalink)
    expect(text).toContain('Paper proves nothing.')
    expect(text).not.toMatch(/certif|complian|approv|guarantee/i)
  })

  test('leads to the permalink', async () => {
    const { bytes, pack } = await certificateOf('Contoso Ltd')
    const document = await PDFDocument.load(bytes)
    const found = document.context
      .enumerateIndirectObjects()
      .map(([, object]) => String(object))
      .filter((object) => object.includes('/URI'))
    expect(found.join()).toContain(pack.permalink)
  })

  test.each(HOSTILE)(
    'of %s is on A4, with the domain, and every character of the name',
    async (domain, name) => {
      const { bytes } = await certificateOf(name, domain)
      const pages = await textsOf(bytes)
      const text = pages.join('\n').replaceAll('\n', '').replaceAll(' ', '')
      expect(text).toContain(domain)
      const document = await PDFDocument.load(bytes)
      for (const page of document.getPages())
        expect(page.getSize()).toEqual({ width: 595.28, height: 841.89 })
      const foreign = [...name].filter((c) => c.codePointAt(0)! > 0x2122)
      for (const c of foreign) expect(text).toContain(c.codePointAt(0)!.toString(16).toUpperCase())
      expect(text).toContain('standsforcharacters')
    },
  )

  const here = spawnSync('which', ['pdftotext']).status === 0
  test.skipIf(!here)('is read by pdftotext', async () => {
    const { bytes, pack } = await certificateOf('Contoso Ltd')
    const folder = mkdtempSync(join(tmpdir(), 'accord-pdf-'))
    writeFileSync(join(folder, 'a.pdf'), bytes)
    const text = String(execFileSync('pdftotext', ['-layout', join(folder, 'a.pdf'), '-']))
    rmSync(folder, { recursive: true })
    expect(text).toContain(pack.finding.digest)
  })
})

describe('characters that a typeface has not', () => {
  const ascii = (point: number) => point < 127
  const read = (text: string) =>
    text.replace(/\\u\{([^}]*)\}/g, (_, points: string) =>
      String.fromCodePoint(...points.split(' ').map((p) => Number.parseInt(p, 16))),
    )

  test('are written as their numbers, run by run', () => {
    expect(spelledIn(ascii, 'a שלום b🛡')).toBe('a \\u{5E9 5DC 5D5 5DD} b\\u{1F6E1}')
  })

  const text = fc.string({ unit: 'binary' }).filter((t) => !t.includes('\\') && t.isWellFormed())
  prop.prop([text])('none is lost', (t) => {
    const spelled = spelledIn(ascii, t)
    expect(read(spelled)).toBe(t)
    expect([...spelled].every((c) => ascii(c.codePointAt(0)!))).toBe(true)
  })
})

test('a QR code has its three finders', () => {
  const rows = qrModules('https://registry.example/')
  const finder = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111']
  const cut = (x: number, y: number) =>
    rows.slice(y, y + 7).map((row) =>
      row
        .slice(x, x + 7)
        .map(Number)
        .join(''),
    )
  const far = rows.length - 7
  expect([cut(0, 0), cut(far, 0), cut(0, far)]).toEqual([finder, finder, finder])
})

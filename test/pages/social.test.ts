import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Picture } from '../../src/pages/raster.ts'
import { drawable, formatSocial } from '../../src/pages/social.ts'
import { arcOf, isDrawable, strokesOf } from '../../src/pages/stroke-font.ts'
import { openSite, type Site } from '../http/site.ts'

/** Reads a PNG file: its size and its pixels as red, green and blue. */
function readPng(png: Uint8Array) {
  const buffer = Buffer.from(png)
  expect(buffer.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n')
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < buffer.length; ) {
    const length = buffer.readUInt32BE(at)
    chunks.set(buffer.toString('latin1', at + 4, at + 8), buffer.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const header = chunks.get('IHDR')!
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const rows = inflateSync(chunks.get('IDAT')!)
  const palette = chunks.get('PLTE')!
  const pixel = (x: number, y: number) => {
    const index = rows[y * (width + 1) + 1 + x]!
    return [...palette.subarray(index * 3, index * 3 + 3)]
  }
  return { width, height, pixel }
}

describe('a picture', () => {
  test('is a PNG file with what was drawn', () => {
    const picture = new Picture(
      20,
      10,
      [255, 255, 255],
      [
        [0, 0, 0],
        [200, 0, 0],
      ],
    )
    picture.strokes(
      [
        [
          [2, 5],
          [12, 5],
        ],
      ],
      4,
      1,
    )
    const { width, height, pixel } = readPng(picture.png())
    expect([width, height]).toEqual([20, 10])
    expect(pixel(7, 5)).toEqual([200, 0, 0])
    expect(pixel(7, 0)).toEqual([255, 255, 255])
    expect(pixel(18, 5)).toEqual([255, 255, 255])
  })

  test('ends at its edges, whatever is drawn beyond', () => {
    const picture = new Picture(4, 4, [255, 255, 255], [[0, 0, 0]])
    picture.strokes(
      [
        [
          [-100, -100],
          [100, 100],
        ],
      ],
      1,
      0,
    )
    const { pixel } = readPng(picture.png())
    expect(pixel(0, 0)).toEqual([0, 0, 0])
    expect(pixel(3, 0)).toEqual([255, 255, 255])
  })

  test('has its checksums right', () => {
    const png = Buffer.from(new Picture(1, 1, [0, 0, 0], [[0, 0, 0]]).png())
    expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082')
  })
})

describe('the typeface', () => {
  test('has every letter of a domain, and of what is said', () => {
    expect(isDrawable('abcdefghijklmnopqrstuvwxyz0123456789.-')).toBe(true)
    expect(isDrawable('ABCDEFGHIJKLMNOPQRSTUVWXYZ, “')).toBe(false)
    expect(drawable('שלום', 'pledge')).toBe('pledge')
  })

  test('no two letters are alike', () => {
    const all = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHJKLMNOPQRSTUVWXYZ0123456789.,:;-/()'&+%!?…"]
    const drawn = all.map((c) => JSON.stringify(strokesOf(c)))
    expect(new Set(drawn).size).toBe(all.length)
  })

  test('an arc begins and ends where it says', () => {
    const arc = arcOf(0, 0, 2, 1, 0, 270)
    for (const [found, wanted] of [
      [arc[0]!, [2, 0]],
      [arc.at(-1)!, [0, -1]],
    ] as const) {
      expect(found[0]).toBeCloseTo(wanted[0])
      expect(found[1]).toBeCloseTo(wanted[1])
    }
  })
})

describe('the image of a page', () => {
  const one = { over: 'a', lines: [], foot: 'c' }

  test('is 1200 by 630, under 60 kB, and the same when it is drawn again', () => {
    const lines = Array.from({ length: 9 }, () => ({ text: 'W'.repeat(300), tone: 'ink' as const }))
    const png = formatSocial({ ...one, heading: `${'label.'.repeat(40)}example`, lines })
    const { width, height } = readPng(png)
    expect([width, height]).toEqual([1200, 630])
    expect(png.length).toBeLessThan(60_000)
    expect(formatSocial({ ...one, heading: `${'label.'.repeat(40)}example`, lines })).toEqual(png)
  })

  test('of a long domain ends as the domain does', () => {
    const long = `contoso.com.${'a'.repeat(200)}.evil.example`
    const shown = formatSocial({ ...one, heading: long })
    expect(shown).toEqual(formatSocial({ ...one, heading: `x${long}` }))
    expect(shown).not.toEqual(formatSocial({ ...one, heading: `${long}x` }))
  })

  let site: Site
  beforeAll(async () => {
    site = await openSite()
    await site.add(site.speaker.instrument({ title: 'הסכם' }))
    await site.join('contoso.com')
  })
  afterAll(() => site.close())

  const bytesOf = async (path: string) => {
    const response = await site.get(path)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png'])
    return new Uint8Array(await response.arrayBuffer())
  }

  test('changes with the standing', async () => {
    const paths = ['registry', 'parties/contoso.com', 'instruments/accord']
    const before = await Promise.all(paths.map((path) => bytesOf(`/social/${path}.png`)))
    await site.add(site.speaker.sign('contoso.com'))
    const after = await Promise.all(paths.map((path) => bytesOf(`/social/${path}.png`)))
    for (const [i, bytes] of after.entries()) expect(bytes).not.toEqual(before[i])
  })

  test('there is none of what the log has not heard of', async () => {
    for (const path of [
      'parties/fabrikam.com.png',
      'parties/X.png',
      'instruments/x.png',
      'parties/contoso.com',
    ]) {
      expect((await site.get(`/social/${path}`)).status).toBe(404)
    }
  })
})

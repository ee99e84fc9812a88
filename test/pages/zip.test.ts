import { fc, test as prop } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { type Files, formatZip, isZip, parseZip } from '../../src/pages/zip.ts'
import { equal, utf8 } from '../../src/tlog/bytes.ts'

const files = new Map([
  ['a/README.txt', utf8('One.\n'.repeat(100))],
  ['a/names/שלום.txt', utf8('two')],
  ['a/empty', new Uint8Array()],
])

function isSame(found: Files): boolean {
  const entries = [...files].map(([path, bytes]) => {
    const other = found.get(path)
    return other !== undefined && equal(bytes, other)
  })
  return found.size === files.size && entries.every((e) => e)
}

describe('an archive', () => {
  const path = fc.stringMatching(/^[a-z]{1,8}(\/[a-zé約🛡]{1,8})?$/u)
  const anyFiles = fc.array(fc.tuple(path, fc.uint8Array({ maxLength: 300 })))
  prop.prop([anyFiles])('is read as it was written', async (given) => {
    const whole = new Map(given)
    fc.pre(whole.size > 0)
    const packed = formatZip(whole)
    expect(isZip(packed)).toBe(true)
    expect(await parseZip(packed)).toEqual(whole)
    expect(formatZip(whole)).toEqual(packed)
  })

  test('that was cut off is refused', async () => {
    const packed = formatZip(files)
    for (let length = 0; length < packed.length; length += 7) {
      expect(await parseZip(packed.slice(0, length))).toBeNull()
    }
  })

  test('of which a byte was changed is refused, has other bytes, or is read all the same', async () => {
    const packed = formatZip(files)
    const outcomes = new Set<string>()
    for (let i = 0; i < packed.length; i++) {
      const found = await parseZip(packed.with(i, packed[i]! ^ 0x10))
      outcomes.add(found === null ? 'refused' : isSame(found) ? 'same' : 'other')
    }
    // Times, attributes and checksums are not read.
    expect([...outcomes].sort()).toEqual(['other', 'refused', 'same'])
  })

  test('that says a file twice is refused', async () => {
    const packed = formatZip(
      new Map([
        ['ab', utf8('1')],
        ['cd', utf8('2')],
      ]),
    )
    const text = Buffer.from(packed).toString('latin1').replaceAll('cd', 'ab')
    expect(await parseZip(Uint8Array.from(Buffer.from(text, 'latin1')))).toBeNull()
  })

  test('that unpacks to more than it says is refused before it fills the memory', async () => {
    const packed = formatZip(new Map([['zeros', new Uint8Array(4_000_000)]]))
    expect(packed.length).toBeLessThan(10_000)
    const view = new DataView(packed.buffer)
    const central = view.getUint32(packed.length - 22 + 16, true)
    view.setUint32(central + 24, 10, true)
    expect(await parseZip(packed)).toBeNull()
    view.setUint32(central + 24, 2 ** 32 - 1, true)
    expect(await parseZip(packed)).toBeNull()
  })
})

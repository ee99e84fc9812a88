/**
 * A statement on the desk: which signature lines count for it.
 *
 * @module
 */
import { describe, expect, test } from 'vitest'
import { parseSignedText } from '../../src/accord/attestation.ts'
import { Paper, parseSheet } from '../../src/browser/sign-paper.ts'
import { formatSignature } from '../../src/tlog/note.ts'
import { company } from '../accord/cast.ts'
import { keyOf } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'

const world = new World()
world.add(world.instrument())
const contoso = company('contoso.com')
world.add(world.verification('contoso.com', contoso.keys))
world.add(world.enrol(contoso))
const note = world.sign('contoso.com')
const other = world.sign('contoso.com', 'accord', { reservations: [{ clause: 'P2', text: 'No.' }] })
const { text, signatures } = parseSignedText(note)
const of = contoso.keys.map(({ vkey }) => vkey)
const lines = signatures.map(formatSignature)

const paper = () => new Paper(parseSheet(text), [{ need: contoso.threshold, of }])

describe('a file that somebody sent', () => {
  test('is a statement, bare or signed', () => {
    expect(parseSheet(text)).toMatchObject({ text, signatures: [], statement: { act: 'sign' } })
    expect(parseSheet(note)).toMatchObject({ text, signatures })
  })

  test.each([
    ['nothing', ''],
    ['no JSON', 'hello\n'],
    ['another spelling', text.replace('  ', '   ')],
    ['a note that was cut off', note.slice(0, -3)],
    ['no statement', '{}\n'],
  ])('is refused where it is %s', (_, file) => {
    expect(() => parseSheet(file)).toThrow('This is no statement of this registry')
  })
})

describe('a signature', () => {
  test('counts from a note, from lines, and once', () => {
    const desk = paper()
    expect([desk.complete, desk.signed]).toEqual([false, []])
    expect(desk.read(lines[0]!)).toHaveLength(1)
    expect(desk.awaits(desk.signed[0]!)).toBe(false)
    expect(desk.read(`\n${lines[0]!.trim()}  `)).toEqual([])
    expect(desk.complete).toBe(false)
    expect(desk.read(note)).toHaveLength(1)
    expect(desk.complete).toBe(true)
    expect(desk.signed.toSorted()).toEqual(of.toSorted())
    expect(desk.note).toBe(note)
  })

  test('of other bytes does not hold, and its note is another one', () => {
    const desk = paper()
    const foreign = parseSignedText(other).signatures.map(formatSignature)
    expect(() => desk.read(foreign.join(''))).toThrow('does not hold for these bytes')
    expect(() => desk.read(other)).toThrow('a note of another statement')
    expect(() => desk.read(lines[0] + foreign[1]!)).toThrow('does not hold')
    expect(desk.signed).toEqual([])
  })

  test('of a key that is not asked for is not taken', () => {
    const [first, ...rest] = of
    const desk = new Paper(parseSheet(text), [{ need: 1, of: rest }])
    const line = lines.find((l) => l.includes(first!.split('+')[0]!))!
    expect(() => desk.read(line)).toThrow('may not sign this')
    expect(desk.awaits(keyOf('contoso.com/nobody').vkey)).toBe(false)
  })

  test('that is no line is told from one', () => {
    for (const junk of ['hello', '\u2014 contoso.com/ceo AAAA', '{}'])
      expect(() => paper().read(junk)).toThrow('This is no note')
  })
})

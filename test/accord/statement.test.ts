import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { AccordError } from '../../src/accord/error.ts'
import {
  formatStatement,
  parseStatement,
  SCHEMAS,
  type Statement,
  statementDigest,
} from '../../src/accord/statement.ts'
import { SHAPES, statement } from './arbitrary.ts'
import { company } from './cast.ts'
import { World } from './kit.ts'

/** Reads a text, and writes the same; or refuses it as it should. */
function read(text: string): Statement | null {
  try {
    const read = parseStatement(text)
    expect(formatStatement(read)).toBe(text)
    return read
  } catch (e) {
    expect(e).toBeInstanceOf(AccordError)
    expect((e as AccordError).code).toBe('MALFORMED')
    return null
  }
}

const spelled = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

const world = new World()
world.join(company('contoso.com'))
world.add(world.instrument())

/** One statement of each shape, said in a world. */
const EXAMPLES: readonly string[] = [
  world.registryChange(),
  world.rotate('contoso.com', company('contoso.com').keys),
  world.cancel('contoso.com', world.head('contoso.com')!),
  world.instrument(),
  world.sign('contoso.com', 'accord', {
    declarations: [{ kind: 'compulsion', value: 'none-known', text: 'None.\nNone at all.' }],
    reservations: [{ clause: 'P2', text: 'Not in "space".' }],
    officers: [{ role: 'CEO', card: world.ref().digest }],
  }),
  world.withdraw('contoso.com'),
  world.verification('contoso.com', company('contoso.com').keys),
  world.notice('extend', world.ref().digest, { until: world.time(5) }),
  world.notice('release', 'contoso.com'),
  world.report('contoso.com'),
  world.succession('contoso.com', 'contoso.com', ['accord']),
].map((note) => note.slice(0, note.lastIndexOf('\n\n') + 1))

describe('reads back what it wrote', () => {
  for (const [name, shape] of Object.entries(SHAPES)) {
    test.prop([shape], { numRuns: 40 })(name, (s) => {
      const text = formatStatement(s)
      expect(parseStatement(text)).toEqual(s)
      expect(text).toBe(spelled(s))
      expect(statementDigest(text)).toMatch(/^sha256:[0-9a-f]{64}$/)
    })
  }

  test('every type has a shape', () => {
    const types = new Set(Object.keys(SHAPES).map((name) => name.split(' ')[0]))
    expect([...types].sort()).toEqual(Object.keys(SCHEMAS).sort())
  })
})

describe('anything else is refused by name', () => {
  test.prop([fc.string({ unit: 'binary' })])('any text', (text) => {
    expect(read(text)).toBeNull()
  })

  test.prop([fc.json()])('any JSON', (text) => {
    expect(read(text)).toBeNull()
    expect(read(`${text}\n`)).toBeNull()
  })

  test.prop([fc.anything()])('any value, when it is to be written', (value) => {
    expect(() => formatStatement(value as Statement)).toThrow(AccordError)
  })

  test.prop([fc.constantFrom(...EXAMPLES), fc.nat(), fc.string({ unit: 'binary', maxLength: 3 })])(
    'a statement changed in one place is another statement, or none',
    (text, at, put) => {
      const i = at % text.length
      const changed = text.slice(0, i) + put + text.slice(i + 1)
      const value = read(changed)
      if (value && changed !== text)
        expect(statementDigest(changed)).not.toBe(statementDigest(text))
    },
  )

  test.prop([statement, fc.nat()], { numRuns: 60 })('a statement cut short', (s, at) => {
    const text = formatStatement(s)
    expect(read(text.slice(0, at % text.length))).toBeNull()
  })
})

/** Other spellings of the same value, or nearly. */
const OTHER: Readonly<Record<string, (text: string) => string>> = {
  'no last newline': (t) => t.slice(0, -1),
  'two last newlines': (t) => `${t}\n`,
  'a leading space': (t) => ` ${t}`,
  'a byte order mark': (t) => `\ufeff${t}`,
  CRLF: (t) => t.replaceAll('\n', '\r\n'),
  'a space at a line’s end': (t) => t.replace('{\n', '{ \n'),
  'four spaces': (t) => `${JSON.stringify(JSON.parse(t), null, 4)}\n`,
  tabs: (t) => `${JSON.stringify(JSON.parse(t), null, '\t')}\n`,
  'one line': (t) => `${JSON.stringify(JSON.parse(t))}\n`,
  'no space after a colon': (t) => t.replace('": ', '":'),
  'two fields exchanged': (t) => {
    const { type, registry, ...rest } = JSON.parse(t)
    return spelled({ registry, type, ...rest })
  },
  'the last field first': (t) => {
    const entries = Object.entries(JSON.parse(t))
    return spelled(Object.fromEntries([entries.at(-1)!, ...entries.slice(0, -1)]))
  },
  'nested fields exchanged': (t) => {
    const value = JSON.parse(t)
    return spelled({ ...value, seen: { root: value.seen.root, size: value.seen.size } })
  },
  'a field twice': (t) => t.replace('"registry"', '"party": "contoso.com",\n  "registry"'),
  'a field twice, the same': (t) => t.replace(/( {2}"registry": .*\n)/, '$1$1'),
  'a field too many': (t) => spelled({ ...JSON.parse(t), note: 'x' }),
  'a field too many within': (t) => {
    const value = JSON.parse(t)
    return spelled({ ...value, seen: { ...value.seen, time: 0 } })
  },
  __proto__: (t) => t.replace('"registry"', '"__proto__": {},\n  "registry"'),
  'an escaped letter': (t) => t.replace('"registry"', '"\\u0072egistry"'),
  'an escaped letter in a value': (t) => t.replace('"registry.', '"\\u0072egistry.'),
  'an escaped slash': (t) => t.replace('/accord', '\\/accord'),
  'an exponent': (t) => t.replace(/"size": \d+/, '"size": 1e3'),
  'a fraction': (t) => t.replace(/"size": (\d+)/, '"size": $1.0'),
  'minus zero': (t) => t.replace(/"size": \d+/, '"size": -0'),
  'a leading zero': (t) => t.replace(/"size": (\d+)/, '"size": 0$1'),
  'a plus': (t) => t.replace(/"size": (\d+)/, '"size": +$1'),
  'a negative number': (t) => t.replace(/"size": \d+/, '"size": -1'),
  'a number beyond 2^53 - 1': (t) => t.replace(/"size": \d+/, '"size": 9007199254740992'),
  'a number as a text': (t) => t.replace(/"size": (\d+)/, '"size": "$1"'),
  'null for a number': (t) => t.replace(/"size": \d+/, '"size": null'),
  'a trailing comma': (t) => t.replace(/\n\}\n$/, ',\n}\n'),
  'a comment': (t) => t.replace('{\n', '{\n  // yes\n'),
  'more after it': (t) => `${t}{}\n`,
  'an array around it': (t) => spelled([JSON.parse(t)]),
  'another type': (t) => t.replace(/"type": "[^"]*"/, '"type": "charter/v1"'),
  'another version of its type': (t) => t.replace('/v1"', '/v2"'),
  'an upper-case domain': (t) => t.replace(/"party": "./, '"party": "X'),
  'a time with milliseconds': (t) => t.replace(/("issued": "[^"]*)Z"/, '$1.000Z"'),
  'a time with an offset': (t) => t.replace(/("issued": "[^"]*)Z"/, '$1+00:00"'),
  'an upper-case digest': (t) => t.replace(/"previous": "sha256:[^"]*"/, (m) => m.toUpperCase()),
}

describe('one spelling', () => {
  for (const [i, text] of EXAMPLES.entries()) {
    test(`every other spelling of ${JSON.parse(text).type} ${i}`, () => {
      expect(read(text)).not.toBeNull()
      for (const [name, other] of Object.entries(OTHER)) {
        const changed = other(text)
        if (changed === text) expect(name).toBe('an upper-case digest')
        else expect([name, read(changed)]).toEqual([name, null])
      }
    })

    test(`every field of ${JSON.parse(text).type} ${i} is there, and of its kind`, () => {
      const value = JSON.parse(text)
      for (const path of pathsOf(value)) {
        expect([path, read(spelled(without(value, path)))]).toEqual([path, null])
        for (const put of [true, 1.5, -1, '\u0000', {}, [{}]]) {
          if (typeof at(value, path) === 'boolean' && put === true) continue
          expect([path, put, read(spelled(withValue(value, path, put)))]).toEqual([path, put, null])
        }
      }
    })
  }
})

type Path = readonly (string | number)[]

/** The path of every field, at any depth; not of the elements of lists. */
function pathsOf(value: unknown, before: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = [...before, name]
    return Array.isArray(value) ? pathsOf(inner, path) : [path, ...pathsOf(inner, path)]
  })
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((v, name) => (v as Record<string, unknown>)[name], value)
}

function without(value: unknown, path: Path): unknown {
  const copy = structuredClone(value)
  delete (at(copy, path.slice(0, -1)) as Record<string, unknown>)[path.at(-1)!]
  return copy
}

function withValue(value: unknown, path: Path, put: unknown): unknown {
  const copy = structuredClone(value)
  ;(at(copy, path.slice(0, -1)) as Record<string, unknown>)[path.at(-1)!] = put
  return copy
}

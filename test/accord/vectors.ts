/**
 * Makes the vectors of test/vectors/statements/: `npx tsx test/accord/vectors.ts`.
 *
 * They are made once and kept, so that another implementation, and this one tomorrow, can be held to
 * them.
 *
 * @module
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { isRefusal, REFUSALS, type RefusalCode } from '../../src/accord/refusal.ts'
import { DAY, formatTime } from '../../src/accord/text.ts'
import { caseOf, world } from './cases.ts'
import { company } from './cast.ts'
import { keyOf } from './keys.ts'
import type { World } from './kit.ts'

const ROOT = new URL('../vectors/statements/', import.meta.url)
const A = 'contoso.com'
const B = 'fabrikam.com'

/** Why, for the file's name. */
const WHY: Readonly<Partial<Record<RefusalCode, string>>> = {
  'time-backwards': 'one second before',
  'issued-in-future': 'one second beyond the skew',
  'issued-too-old': 'fourteen days and one second',
  'issued-before-seen': 'one second beyond the skew',
  'seen-too-old': 'fifteen days',
  'key-inadmissible': 'a part of order two',
  'key-in-use': "another party's under another name",
  'key-retired': 'rotated out and in again',
  'bad-check': 'one second more than a day before',
  'bad-until': 'null where the terms have a validity',
  'not-reservable': 'clause P1 allows none',
  'bad-lei': 'check digits',
}

/** What happens, and whose standing is asked how many days after. */
interface Story {
  readonly tell: (w: World) => void
  readonly ask: readonly (readonly [domain: string, seconds: readonly number[]])[]
}

const day = (n: number) => n * DAY

const STORIES: Readonly<Record<string, Story>> = {
  'a term runs out': {
    tell: () => {},
    ask: [[A, [0, day(335) - 1, day(335), day(365) - 1, day(365), day(425) - 1, day(425)]]],
  },
  'withdrawn after ninety days': {
    tell: (w) => w.add(w.withdraw(A)),
    ask: [[A, [0, day(90) - 1, day(90)]]],
  },
  'renewed when due': {
    tell: (w) => {
      w.days(350)
      w.add(w.renew(A))
    },
    ask: [[A, [0, day(365)]]],
  },
  'a later version waits for its acceptance': {
    tell: (w) => {
      w.add(w.nextVersion('accord', { terms: { admission: 'acceptance' } }))
      w.add(w.renew(A))
    },
    ask: [[A, [0]]],
  },
  'recovered from a thief': {
    tell: (w) => {
      w.add(w.rotate(A, [keyOf(`${A}/thief`)], { threshold: 1 }))
      const keys = [keyOf(`${A}/new-1`), keyOf(`${A}/new-2`)]
      w.add(w.verification(A, keys))
      w.add(w.recover(A, keys, { threshold: 2 }))
    },
    ask: [[A, [day(14) - 1, day(14)]]],
  },
  'a mismatch, and the domain released': {
    tell: (w) => {
      for (let i = 0; i < 3; i++) {
        w.now += 1.5 * DAY
        w.add(w.verification(A, []))
      }
      w.days(30)
      w.add(w.verification(A, []))
      w.add(w.notice('release', A))
    },
    ask: [[A, [0, day(14) - 1, day(14)]]],
  },
  'a successor takes over': {
    tell: (w) => w.add(w.succession(A, B, ['accord'])),
    ask: [
      [A, [day(14) - 1, day(14)]],
      [B, [day(14) - 1, day(14)]],
    ],
  },
  'suspended and reinstated': {
    tell: (w) => {
      w.add(w.notice('suspend', w.rests(A)))
      w.days(1)
      w.add(w.notice('reinstate', w.rests(A)))
    },
    ask: [[A, [0]]],
  },
  'a report late': {
    tell: (w) => {
      w.join(company('northwind.com'))
      w.add(w.instrument({ id: 'pledge', terms: { reporting_days: 90 } }))
      w.add(w.sign('northwind.com', 'pledge'))
      w.days(91)
      w.add(w.report('northwind.com', 'pledge'))
    },
    ask: [['northwind.com', [0, day(89)]]],
  },
}

function write(path: string, value: unknown): void {
  writeFileSync(new URL(path, ROOT), `${JSON.stringify(value, null, 2)}\n`)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const texts = (entries: readonly Uint8Array[]) => entries.map((e) => utf8.decode(e))
const slug = (text: string) =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .slice(0, 7)
    .join('-')

function makeInvalid(code: RefusalCode, base: number): void {
  const { world: w, entry } = caseOf(code)
  const answer = w.judgeEntry(entry)
  if (!isRefusal(answer) || answer.code !== code) throw new Error(`the case of ${code} is none`)
  const why = slug(WHY[code] ?? REFUSALS[code])
  const entries = texts(w.entries.slice(base))
  write(`invalid/${code}_${why}.json`, { entries, refused: utf8.decode(entry), code })
}

function makeValid(name: string, { tell, ask }: Story): void {
  const w = world()
  const base = w.entries.length
  tell(w)
  const asks = ask.flatMap(([domain, seconds]) =>
    seconds.map((s) => {
      const at = Math.max(w.now + s, w.memory.time)
      const id = domain === 'northwind.com' ? 'pledge' : 'accord'
      return { domain, at: formatTime(at), standing: w.standing(domain, id, at) }
    }),
  )
  write(`valid/${slug(name)}.json`, { entries: texts(w.entries.slice(base)), asks })
}

for (const kind of ['valid', 'invalid']) {
  rmSync(new URL(kind, ROOT), { recursive: true, force: true })
  mkdirSync(new URL(kind, ROOT), { recursive: true })
}
const { entries } = world()
write('base.json', { entries: texts(entries) })
for (const code of Object.keys(REFUSALS)) makeInvalid(code as RefusalCode, entries.length)
for (const [name, story] of Object.entries(STORIES)) makeValid(name, story)

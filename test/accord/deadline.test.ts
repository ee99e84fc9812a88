import { describe, expect, test } from 'vitest'
import { controlWord } from '../../src/accord/control.ts'
import { deadlinesOf, identityOf, registryDeadlines } from '../../src/accord/deadline.ts'
import { registryOf } from '../../src/accord/party.ts'
import { DAY, formatTime } from '../../src/accord/text.ts'
import { company, START } from './cast.ts'
import { keyOf } from './keys.ts'
import { World } from './kit.ts'

const contoso = company('contoso.com')

function world(terms: object = {}): World {
  const made = new World()
  made.add(made.instrument({ terms }))
  made.join(contoso)
  made.add(made.sign('contoso.com'))
  return made
}

/** What comes for a party, as `what date`. */
function coming(of: World, domain = 'contoso.com', at = of.memory.time): string[] {
  return deadlinesOf(of.memory, of.party(domain), at).map(
    (d) => `${d.what} ${formatTime(d.at).slice(0, 10)}`,
  )
}

const day = (n: number) => formatTime(START + n * DAY).slice(0, 10)

describe('a commitment', () => {
  test('is due, overdue and lapses on days that are known from the signature on', () => {
    const w = world()
    const dates = [`due ${day(335)}`, `overdue ${day(365)}`, `lapsed ${day(425)}`]
    expect(coming(w)).toEqual([`stale ${day(45)}`, ...dates])
  })

  test('each instant is that at which the law changes the word', () => {
    const w = world({ validity_days: 100, due_days: 20, grace_days: 10 })
    const found = deadlinesOf(w.memory, w.party('contoso.com'), w.now)
    const words = found.filter((d) => d.instrument !== null)
    expect(words).toHaveLength(3)
    for (const { what, at } of words) {
      expect(w.word('contoso.com', 'accord', at)).toBe(what)
      expect(w.word('contoso.com', 'accord', at - 1)).not.toBe(what)
    }
  })

  test('renewed has other dates; extended has the same, moved', () => {
    const w = world()
    const first = deadlinesOf(w.memory, w.party('contoso.com'), w.now)
    w.days(340)
    w.add(w.notice('extend', w.rests('contoso.com'), { until: w.time(60) }))
    const extended = deadlinesOf(w.memory, w.party('contoso.com'), w.now)
    expect(extended.map(identityOf)).toEqual(first.map(identityOf))
    expect(extended[1]!.at).toBe(first[1]!.at + 35 * DAY)
    expect(extended[1]!.index - extended[1]!.rests).toBe(1)
    w.days(40)
    w.add(w.renew('contoso.com'))
    const renewed = deadlinesOf(w.memory, w.party('contoso.com'), w.now)
    expect(renewed.map(identityOf)).not.toContain(identityOf(first[1]!))
  })

  test('withdrawn has one date', () => {
    const w = world()
    w.add(w.withdraw('contoso.com'))
    expect(coming(w)).toEqual([`stale ${day(45)}`, `withdrawn ${day(90)}`])
  })

  test('that waits to be accepted has none', () => {
    const w = new World()
    w.add(w.instrument({ terms: { admission: 'acceptance' } }))
    w.join(contoso)
    w.add(w.sign('contoso.com'))
    expect(coming(w)).toEqual([`stale ${day(45)}`])
  })
})

describe('reports', () => {
  test('are due at the end of each period, up to the end of the commitment', () => {
    const w = world({ reporting_days: 180 })
    const reports = coming(w).filter((d) => d.startsWith('report'))
    expect(reports).toEqual([
      `report-due ${day(150)}`,
      `report-missed ${day(180)}`,
      `report-due ${day(330)}`,
      `report-missed ${day(360)}`,
    ])
  })

  test('that are made are not asked for', () => {
    const w = world({ reporting_days: 180 })
    w.days(10)
    w.add(w.report('contoso.com'))
    const reports = coming(w).filter((d) => d.startsWith('report'))
    expect(reports).toEqual([`report-due ${day(330)}`, `report-missed ${day(360)}`])
  })

  test('without an end are told of for some periods only, from the one that ended last', () => {
    const w = world({ reporting_days: 100, validity_days: null })
    const from = coming(w, 'contoso.com', START + 1000 * DAY)
    const missed = from.filter((d) => d.startsWith('report-missed'))
    expect([missed.length, missed[0]]).toEqual([8, `report-missed ${day(1000)}`])
  })

  test('each instant is that at which the law says so', () => {
    const w = world({ reporting_days: 180 })
    const found = deadlinesOf(w.memory, w.party('contoso.com'), w.now)
    const [due, missed] = found.filter((d) => d.period === 1)
    const word = (at: number) => w.standing('contoso.com', 'accord', at).reporting.word
    expect([word(due!.at - 1), word(due!.at)]).toEqual(['up-to-date', 'due'])
    expect([word(missed!.at - 1), word(missed!.at)]).toEqual(['due', 'missed'])
  })
})

describe('control', () => {
  test('is stale from the instant told on', () => {
    const w = world()
    const party = w.party('contoso.com')
    const [stale] = deadlinesOf(w.memory, party, w.now)
    const word = (at: number) => controlWord(party, registryOf(w.memory).rules, at)
    expect([word(stale!.at - 1), word(stale!.at)]).toEqual(['confirmed', 'stale'])
  })
})

describe('what is announced', () => {
  test('a recovery, and nothing of control meanwhile', () => {
    const w = world()
    const found = [keyOf('contoso.com/ceo-2'), keyOf('contoso.com/gc-2')]
    w.add(w.verification('contoso.com', found))
    w.add(w.recover('contoso.com', found))
    expect(coming(w)[0]).toBe(`recovered ${day(14)}`)
    expect(coming(w).some((d) => d.startsWith('stale'))).toBe(false)
  })

  test('other recovery keys', () => {
    const w = world()
    w.add(w.replaceRecovery('contoso.com', null, { by: w.daily('contoso.com') }))
    expect(coming(w)[0]).toBe(`recovery-replaced ${day(14)}`)
  })

  test('a succession, on both sides', () => {
    const w = world()
    w.join(company('fabrikam.com'))
    w.add(w.succession('contoso.com', 'fabrikam.com', ['accord']))
    expect(coming(w)[0]).toBe(`passed ${day(14)}`)
    expect(coming(w, 'fabrikam.com')[0]).toBe(`taken-over ${day(14)}`)
    w.days(15)
    w.add(w.verification('fabrikam.com', w.daily('fabrikam.com')))
    expect(coming(w)).toEqual([])
  })

  test('a release', () => {
    const w = world()
    const others = [keyOf('contoso.com/thief')]
    for (const days of [2, 2, 31, 0]) {
      w.add(w.verification('contoso.com', others))
      w.days(days)
    }
    w.add(w.notice('release', 'contoso.com'))
    expect(coming(w)[0]).toBe(`released ${day(49)}`)
  })

  test('rules and keys of the depositary concern everybody', () => {
    const w = world()
    w.add(w.registryChange({ rules: { ...w.rules, recovery_delay_days: 7 } }))
    const found = registryDeadlines(w.memory)
    expect(found.map((d) => [d.what, d.at, d.party])).toEqual([
      ['keeping', START + 14 * DAY, null],
      ['rules', START + 14 * DAY, null],
    ])
  })
})

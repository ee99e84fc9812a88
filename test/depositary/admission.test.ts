import { beforeEach, describe, expect, test } from 'vitest'
import type { GateRules } from '../../src/depositary/gate.ts'
import { openDepositary } from '../../src/depositary/open.ts'
import { company, RULES, someDigest } from '../accord/cast.ts'
import { keyOf } from '../accord/keys.ts'
import type { World } from '../accord/kit.ts'
import { type House, openHouse, opening } from './house.ts'

let house: House
let world: World

beforeEach(async () => {
  house = await openHouse()
  world = house.world
  await house.add(world.instrument())
})

/** The domain shows the keys; only the enrolment is still to come. */
async function shown(domain: string, name = `The company at ${domain}`) {
  const who = company(domain, { name })
  await house.add(world.verification(domain, who.keys))
  return world.enrol(who)
}

async function join(domain: string, name?: string): Promise<void> {
  await house.add(await shown(domain, name))
}

/** Why a note is not taken; null where it is. */
async function denial(note: string) {
  const outcome = await house.submit(note)
  return outcome.kind === 'refused' ? outcome.refusal : null
}

/** Opens the registry again, as with other settings. */
async function reopen(gate: GateRules): Promise<void> {
  await house.depositary.close()
  house.depositary = await openDepositary({ ...opening(world, house.sql, house.publication), gate })
}

describe('a first enrolment', () => {
  test.each([
    ['a public suffix', 'co.uk'],
    ["a hoster's suffix", 'github.io'],
    ['mixed scripts', 'xn--pple-43d.com'],
    ['a label that stands for nothing', 'xn--a.com'],
  ])('is not under %s', async (_what, domain) => {
    expect(await denial(await shown(domain))).toMatchObject({ code: 'admission-domain' })
  })

  test('is not under a domain of a party or of the depositary, but may be beside one', async () => {
    await join('eda.admin.ch')
    await join('seco.admin.ch')
    const below = await denial(await shown('blog.eda.admin.ch'))
    expect(below?.code).toBe('admission-domain')
    expect(below?.detail).toMatch(/^blog\.eda\.admin\.ch would be taken for eda\.admin\.ch/)
    expect((await denial(await shown('x.registry.example')))?.code).toBe('admission-domain')
    await join('contoso.github.io')
    await join('fabrikam.github.io')
  })

  test('may be above a party: whoever has the domain has what is under it', async () => {
    await join('old.contoso.com', 'A thief')
    await join('contoso.com', 'Contoso')
  })

  test.each([
    ['by a digit', 'c0ntoso.com'],
    ['by two letters that look like one', 'contoso.corn'],
    ['under a domain that reads like it', 'eu.c0ntoso.com'],
    ['by accents', 'xn--contso-exa.com'],
  ])('does not read like the domain of a party %s', async (_what, domain) => {
    await join('contoso.com')
    const refusal = await denial(await shown(domain, 'Somebody'))
    expect(refusal?.code).toBe('admission-lookalike')
    expect(refusal?.detail).toBe(`${domain} reads like The company at contoso.com (contoso.com)`)
  })

  test.each([
    ['a party', 'Contoso, Inc.', 'Contoso Ltd (contoso.com)'],
    ['a party in capitals that look alike', 'C0NTOSO', 'Contoso Ltd (contoso.com)'],
    ['the depositary', 'The Depositary', 'the depositary, registry.example'],
    ['an instrument', 'ACCORD', 'the instrument accord'],
  ])('does not bear a name that reads like %s', async (_what, name, whose) => {
    await join('contoso.com', 'Contoso Ltd')
    const refusal = await denial(await shown('evil.example', name))
    expect(refusal).toMatchObject({ code: 'admission-lookalike' })
    expect(refusal?.detail).toBe(`the name reads like ${whose}`)
  })

  test('bears no name that misleads by itself', async () => {
    const note = await shown('evil.example', 'Contoso (contoso.com)')
    expect(await denial(note)).toMatchObject({
      code: 'admission-name',
      detail: "name: it names contoso.com, which is not the party's domain evil.example",
    })
  })

  test('is foretold by a trial', async () => {
    await join('contoso.com', 'Contoso')
    const note = await shown('evil.example', 'Contoso')
    const trial = await house.depositary.check(new TextEncoder().encode(note))
    expect(trial.refusal).toMatchObject({ code: 'admission-lookalike' })
  })

  test('of two that look alike only one gets in, however close they come', async () => {
    const notes = [await shown('contoso.com', 'Contoso'), await shown('contoso.de', 'Contoso')]
    const outcomes = await Promise.all(notes.map((note) => house.submit(note)))
    expect(outcomes.map((o) => o.kind).sort()).toEqual(['logged', 'refused'])
  })

  test('may look like another where somebody has compared the two', async () => {
    await join('contoso.com', 'Contoso')
    const note = await shown('contoso.de', 'Contoso')
    expect((await denial(note))?.code).toBe('admission-lookalike')
    await reopen({ exempt: ['contoso.de'] })
    await house.add(note)
    expect(house.depositary.gate.exempt).toEqual(['contoso.de'])
  })
})

describe('a name', () => {
  test('is free again when its party has ended, as after a succession', async () => {
    await join('contoso.com', 'Contoso')
    await join('contoso.org', 'Contoso (new domain)')
    await house.add(world.sign('contoso.com'))
    await house.add(world.succession('contoso.com', 'contoso.org', ['accord']))
    const keys = company('contoso.org').keys
    const renamed = () => world.rotate('contoso.org', keys, { name: 'Contoso' })
    expect((await denial(renamed()))?.code).toBe('admission-lookalike')
    world.days(RULES.recovery_delay_days + 1)
    await house.add(renamed())
    expect(world.party('contoso.com').ended?.how).toBe('succeeded')
    expect((await denial(await shown('evil.example', 'Contoso')))?.code).toBe('admission-lookalike')
  })

  test('is held against what a pending recovery brings', async () => {
    await join('contoso.com', 'Contoso')
    const next = [keyOf('contoso.com/new-1'), keyOf('contoso.com/new-2')]
    await house.add(world.verification('contoso.com', next))
    await house.add(world.recover('contoso.com', next, { name: 'Kontoso' }))
    expect((await denial(await shown('evil.example', 'Kontoso')))?.code).toBe('admission-lookalike')
  })

  test('that a party has already is never asked for again', async () => {
    await join('contoso.com', 'Contoso')
    await reopen({ exempt: ['contoso.de'] })
    await join('contoso.de', 'Contoso')
    await reopen({})
    const next = [...company('contoso.de').keys, keyOf('contoso.de/third')]
    await house.add(world.rotate('contoso.de', next))
  })

  test('that a party takes is checked as at first', async () => {
    await join('contoso.com', 'Contoso')
    await join('evil.example', 'Somebody')
    const { keys } = company('evil.example')
    for (const [name, code] of [
      ['Contoso', 'admission-lookalike'],
      ['microsoft.com', 'admission-name'],
    ]) {
      expect((await denial(world.rotate('evil.example', keys, { name })))?.code).toBe(code)
    }
    await house.add(world.rotate('evil.example', keys, { name: 'Somebody else' }))
  })

  test('of the depositary is one too', async () => {
    const depositary = 'The registry\u2800'
    expect(await denial(world.registryChange({ depositary }))).toMatchObject({
      code: 'admission-text',
    })
    const named = world.registryChange({ depositary: 'microsoft.com' })
    expect((await denial(named))?.code).toBe('admission-name')
  })
})

describe('a text', () => {
  beforeEach(() => join('contoso.com'))

  const RESERVED = (text: string) => ({ reservations: [{ clause: 'P2', text }] })

  test.each([
    ['Arabic', 'باستثناء هواتفنا.'],
    ['Hebrew with a number', 'למעט 3 הטלפונים שלנו (P2)'],
    ['Persian', 'به‌جز تلفن‌های ما'],
    ['Hindi', 'हमारे क्‍षेत्र को छोड़कर'],
    ['emoji', 'But for our 📱 and our 👩🏽‍💻.'],
  ])('may be %s', async (_what, text) => {
    await house.add(world.sign('contoso.com', 'accord', RESERVED(text.normalize('NFC'))))
  })

  test.each([
    ['a reservation', RESERVED('no\u3164body sees this')],
    ['a role', { officers: [{ role: 'Chief\u2800', card: someDigest('card') }] }],
    ['a declaration', { declarations: [{ kind: 'scope', value: 'all', text: 'all\uFE0F' }] }],
  ])('that hides something is refused in %s', async (_what, over) => {
    await house.add(world.instrument({ id: 'pledge', terms: { declarations: ['scope'] } }))
    const on = 'declarations' in over ? 'pledge' : 'accord'
    const refusal = await denial(world.sign('contoso.com', on, over))
    expect(refusal?.code).toBe('admission-text')
    expect(refusal?.detail).toMatch(
      /^(reservations\.0\.text|officers\.0\.role|declarations\.0\.text)/,
    )
  })

  test('of a reason, a title and a role of a key is looked at too', async () => {
    await house.add(world.sign('contoso.com'))
    const reason = 'We\u{E0100} leave.'
    const notes = [
      world.withdraw('contoso.com', 'accord', { reason }),
      world.report('contoso.com', 'accord', { title: 'What\u034F we did' }),
      world.notice('suspend', world.rests('contoso.com'), { reason }),
      world.instrument({ id: 'pledge', title: 'The\u3164 pledge' }),
    ]
    for (const note of notes) expect((await denial(note))?.code).toBe('admission-text')
  })

  test('with a bidi control is refused by the law already', async () => {
    expect(() => world.sign('contoso.com', 'accord', RESERVED('a\u202Eb'))).toThrow(/reservations/)
  })
})

/** Officers at work: several sign one statement, each at their own machine. */
import { expect, test } from 'vitest'
import { parseAttestation } from '../../src/accord/attestation.ts'
import { DAY } from '../../src/accord/text.ts'
import { company } from '../accord/cast.ts'
import { signText } from '../accord/keys.ts'
import { carry, type Machine, stealKey, Town } from './machines.ts'
import { GOOD, NOTHING, Scene } from './scene.ts'

const ACCORD = 'tech-sector-accord'
const DECLARED = '--declare compulsion=none-known --declare scope=all'
const MEMBER = { ...GOOD, caveats: '' }

/** The orders in which three can come. */
const ORDERS = ['a b c', 'a c b', 'b a c', 'b c a', 'c a b', 'c b a'].map((o) => o.split(' '))

/** An officer with a key on a machine that has no network. */
interface Officer {
  readonly machine: Machine
  readonly vkey: string
}

async function officer(town: Town, name: string): Promise<Officer> {
  const machine = await town.machine(name.replace('/', '-'))
  return { machine, vkey: await machine.key(name, 'my.key') }
}

/** Each of them signs the statement at home, and hands a note back to whoever drafted it. */
async function passAround(office: Machine, file: string, officers: readonly Officer[]) {
  const notes: string[] = []
  for (const [i, { machine }] of officers.entries()) {
    await carry(office, machine, `${file}.statement`)
    await machine.accord(`sign ${file}.statement -k my.key --yes -o ${file}-${i}`)
    await carry(machine, office, `${file}-${i}.note`)
    notes.push(`${file}-${i}.note`)
  }
  return notes
}

/** A company of two officers, who both sign, and of two safes, which both sign. */
async function enrolled(town: Town, domain: string, name = 'Contoso') {
  const office = await town.machine(domain, true)
  const officers = [await officer(town, `${domain}/ceo`), await officer(town, `${domain}/gc`)]
  const safes = [await officer(town, `${domain}/safe-1`), await officer(town, `${domain}/safe-2`)]
  const keys = officers.map(({ vkey }) => `--keys ${vkey}`).join(' ')
  const recovery = safes.map(({ vkey }) => `--recovery ${vkey}`).join(' ')
  await town.confirm(
    domain,
    officers.map((o) => o.vkey),
  )
  const both = '--threshold 2 --recovery-threshold 2'
  await office.accord(`draft enrol --name '${name}' ${keys} ${recovery} ${both} -o enrolment`)
  const notes = await passAround(office, 'enrolment', [...officers, ...safes])
  await office.accord(`submit ${notes.toReversed().join(' ')}`)
  return { office, officers, safes }
}

test('several officers sign one statement on different machines, in any order, offline', async () => {
  const town = await Town.open()
  const { office, officers } = await enrolled(town, 'contoso.com')
  const third = await officer(town, 'contoso.com/cfo')
  await office.accord(`draft rotate -p contoso.com --add ${third.vkey} --threshold 3 -o grown`)
  const grown = await passAround(office, 'grown', [third, ...officers])
  await office.accord(`submit ${grown.join(' ')}`)
  expect(await town.axes('contoso.com', ACCORD)).toEqual({ ...NOTHING, control: 'confirmed' })

  await office.accord(`draft commit sign ${ACCORD} -p contoso.com ${DECLARED} -o signature`)
  const [first, second, last] = await passAround(office, 'signature', [...officers, third])
  expect(await office.refused(`submit ${first} ${last}`)).toBe('quorum-not-met')
  expect(await town.axes('contoso.com', ACCORD)).toEqual({ ...NOTHING, control: 'confirmed' })

  // Put together in whatever order, it is one note, byte for byte.
  const notes: Record<string, string> = { a: first!, b: second!, c: last! }
  const whole = new Set<string>()
  for (const order of ORDERS) {
    const files = order.map((who) => notes[who]).join(' ')
    await office.accord(`sign ${files} -o whole`)
    whole.add(await office.read('whole.note'))
  }
  expect(whole.size).toBe(1)
  // Or it goes from hand to hand.
  await carry(office, third.machine, first!)
  await third.machine.accord(`sign ${first} -k my.key --yes -o two`)
  await carry(third.machine, officers[1]!.machine, 'two.note')
  await officers[1]!.machine.accord('sign two.note -k my.key --yes -o three')
  expect(await officers[1]!.machine.read('three.note')).toBe([...whole][0])

  await office.accord('submit whole.note')
  expect(await town.axes('contoso.com', ACCORD)).toEqual(MEMBER)
  expect(await office.accord('submit whole.note')).toContain('was logged already')
})

test('several officers sign one statement, and the registry says who is missing', async () => {
  const scene = await Scene.open()
  const { speaker, site } = scene
  const us = company('contoso.com')
  await scene.join(us)
  expect(await scene.axes('contoso.com')).toEqual({ ...NOTHING, control: 'confirmed' })
  const { text } = parseAttestation(speaker.sign('contoso.com'))
  const missing = async (body: string) => {
    const answer = (await (await site.post('/v1/check', body)).json()) as {
      missing: { need: number; signed: string[] }[]
    }
    return answer.missing.map((m) => [m.need, m.signed])
  }
  const [ceo, gc] = us.keys
  expect(await missing(text)).toEqual([[2, []]])
  expect(await missing(signText(text, [gc!]))).toEqual([[2, [gc!.vkey]]])
  expect(await missing(signText(text, [gc!, ceo!]))).toEqual([])
  expect(await scene.refused(signText(text, [ceo!]))).toBe('quorum-not-met')
  expect(await scene.axes('contoso.com')).toEqual({ ...NOTHING, control: 'confirmed' })
  await scene.add(signText(text, [gc!, ceo!]))
  expect(await scene.axes('contoso.com')).toEqual(MEMBER)
  await scene.expectUnchanged()
})

test('the safes of a company, far from each other, recover it from a thief', async () => {
  const town = await Town.open()
  const { office, officers, safes } = await enrolled(town, 'contoso.com')
  await office.accord(`draft commit sign ${ACCORD} -p contoso.com ${DECLARED} -o signature`)
  await office.accord(`submit ${(await passAround(office, 'signature', officers)).join(' ')}`)
  expect(await town.axes('contoso.com', ACCORD)).toEqual(MEMBER)

  // The thief has both officers' keys, and a network.
  const thief = await town.machine('thief', true)
  for (const [i, { machine }] of officers.entries()) {
    await stealKey(machine, thief, `stolen-${i}.key`)
  }
  const stolen = '-k stolen-0.key -k stolen-1.key --yes'
  const mine = await thief.key('contoso.com/thief', 'thief.key')
  const rotated = `rotate --add ${mine} --remove ${officers[0]!.vkey} --remove ${officers[1]!.vkey}`
  await thief.accord(`${rotated} --threshold 1 -k thief.key ${stolen}`)

  const fresh = [await officer(town, 'contoso.com/ceo-2'), await officer(town, 'contoso.com/gc-2')]
  const keys = fresh.map(({ vkey }) => `--keys ${vkey}`).join(' ')
  const recover = `draft recover -p contoso.com ${keys} --threshold 2 -o recovery`
  await town.confirm(
    'contoso.com',
    fresh.map((o) => o.vkey),
  )
  await office.accord(recover)
  // The thief goes on, and does not outrun what was drafted.
  await thief.accord('rotate --name Mallory -k thief.key --yes')
  const notes = await passAround(office, 'recovery', [...safes, ...fresh])
  await office.accord(`submit ${notes.join(' ')}`)
  expect(await town.axes('contoso.com', ACCORD)).toEqual({ ...MEMBER, control: 'recovering' })
  expect(await thief.refused(`commit withdraw ${ACCORD} -k thief.key --yes`)).toBe('recovering')
  expect(await thief.refused('rotate --name Thief -k thief.key --yes')).toBe('change-pending')

  town.now += 14 * DAY
  expect(await town.axes('contoso.com', ACCORD)).toEqual(MEMBER)
  expect(await thief.refused(`commit withdraw ${ACCORD} -k thief.key --yes`)).toBe(
    'key-not-eligible',
  )
  await office.accord(`draft commit withdraw ${ACCORD} -p contoso.com -o farewell`)
  await office.accord(`submit ${(await passAround(office, 'farewell', fresh)).join(' ')}`)
  expect(await town.axes('contoso.com', ACCORD)).toEqual({ ...MEMBER, commitment: 'withdrawing' })
})

test('two companies, at machines of their own, sign the succession of one to the other', async () => {
  const town = await Town.open()
  const old = await enrolled(town, 'contoso.com')
  const heir = await enrolled(town, 'contoso.example', 'Contoso Europe')
  await old.office.accord(`draft commit sign ${ACCORD} -p contoso.com ${DECLARED} -o signature`)
  const signed = await passAround(old.office, 'signature', old.officers)
  await old.office.accord(`submit ${signed.join(' ')}`)
  expect(await town.axes('contoso.com', ACCORD)).toEqual(MEMBER)

  await old.office.accord("draft rotate -p contoso.com --name 'Contoso Europe' -o alike")
  const alike = await passAround(old.office, 'alike', old.officers)
  expect(await old.office.refused(`submit ${alike.join(' ')}`)).toBe('admission-lookalike')
  const rename = `--kind rename --instrument ${ACCORD} -o rename`
  await old.office.accord(`draft succeed contoso.example -p contoso.com ${rename}`)
  const notes = await passAround(old.office, 'rename', [...heir.officers, ...old.officers])
  await carry(old.office, heir.office, ...notes)
  expect(await heir.office.refused(`submit ${notes.slice(0, 3).join(' ')}`)).toBe('quorum-not-met')
  await heir.office.accord(`submit ${notes.join(' ')}`)
  town.now += 14 * DAY - 1
  expect(await town.axes('contoso.com', ACCORD)).toEqual(MEMBER)
  town.now += 1
  expect(await town.axes('contoso.com', ACCORD)).toMatchObject({ commitment: 'succeeded' })
  expect(await town.axes('contoso.example', ACCORD)).toEqual(MEMBER)

  // Two that live may not read alike; now the old name is free.
  await heir.office.accord('draft rotate -p contoso.example --name Contoso -o name')
  const renamed = await passAround(heir.office, 'name', heir.officers)
  await heir.office.accord(`submit ${renamed.join(' ')}`)
  expect(await heir.office.accord('show contoso.example')).toContain('"Contoso" (company)')
})

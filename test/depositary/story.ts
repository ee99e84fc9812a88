/**
 * Years of a registry: every act there is, delays that run out between entries, a domain released,
 * a party that passes to another.
 *
 * @module
 */
import { company, listed } from '../accord/cast.ts'
import { keyOf } from '../accord/keys.ts'
import type { World } from '../accord/kit.ts'

const contoso = company('contoso.com')
const fabrikam = company('fabrikam.com')
const litware = company('litware.com')
const tailspin = company('tailspin.com')
const arcadia = company('arcadia.example', { kind: 'state' })

/** The notes of the story; each is to be logged in the world before the next is asked for. */
export function* story(world: World): Generator<string> {
  yield world.instrument()
  const terms = { admission: 'acceptance', ratification: true, entry_into_force: 2 }
  const open_to = ['company', 'state']
  yield world.instrument({ id: 'convention', kind: 'convention', open_to, terms })
  for (const who of [contoso, fabrikam, litware, tailspin, arcadia]) {
    yield world.verification(who.domain, who.keys)
    yield world.enrol(who)
  }
  yield world.sign('contoso.com')
  const reservations = [{ clause: 'P2', text: 'Not abroad.' }]
  yield world.sign('fabrikam.com', 'accord', { reservations })
  yield world.sign('litware.com')
  yield world.sign('tailspin.com')
  yield* convention(world)
  world.days(100)
  yield world.notice('suspend', world.rests('litware.com'))
  yield world.withdraw('tailspin.com')
  world.days(10)
  yield world.cancelWithdrawal('tailspin.com')
  yield world.notice('reinstate', world.rests('litware.com'))
  yield world.nextVersion()
  yield world.report('contoso.com', 'accord', { instrument: world.ref('accord', 1) })
  yield* keys(world)
  world.days(220)
  yield world.renew('contoso.com')
  yield world.notice('extend', world.rests('litware.com'), { until: world.time(200) })
  world.days(40)
  yield* release(world)
  yield* succession(world)
  yield* withholding(world)
  yield world.registryChange({ rules: { ...world.rules, recovery_delay_days: 7 } })
  world.days(120)
  yield world.verification('contoso.com', contoso.keys)
  yield world.withdraw('contoso.com')
  world.days(200)
  yield world.verification('contoso.com', contoso.keys)
}

function* convention(world: World): Generator<string> {
  yield world.sign('arcadia.example', 'convention')
  yield world.sign('contoso.com', 'convention')
  yield world.sign('fabrikam.com', 'convention')
  yield world.notice('refuse', world.rests('fabrikam.com', 'convention'))
  yield world.notice('accept', world.rests('arcadia.example', 'convention'))
  yield world.notice('accept', world.rests('contoso.com', 'convention'))
  yield world.ratify('arcadia.example', 'convention')
  world.days(3)
  yield world.ratify('contoso.com', 'convention')
}

function* keys(world: World): Generator<string> {
  const next = [keyOf('fabrikam.com/ceo'), keyOf('fabrikam.com/gc-2')]
  yield world.verification('fabrikam.com', next)
  yield world.rotate('fabrikam.com', next, { keys: listed(next) })
  const found = [keyOf('litware.com/ceo-2'), keyOf('litware.com/gc-2')]
  yield world.verification('litware.com', found)
  yield world.recover('litware.com', found)
  world.days(5)
  yield world.verification('contoso.com', contoso.keys)
  world.days(20)
  yield world.verification('litware.com', found)
}

/** Others sit at tailspin.com; in the end its domain is released and bears another party. */
function* release(world: World): Generator<string> {
  const others = [keyOf('tailspin.com/thief')]
  for (let i = 0; i < 3; i++) {
    yield world.verification('tailspin.com', others)
    world.days(2)
  }
  world.days(31)
  yield world.verification('tailspin.com', others)
  yield world.notice('release', 'tailspin.com')
  world.days(20)
  yield world.verification('fabrikam.com', world.daily('fabrikam.com'))
  const again = company('tailspin.com', { keys: others, threshold: 1, recovery: null })
  yield world.verification('tailspin.com', others)
  yield world.enrol(again)
}

function* succession(world: World): Generator<string> {
  yield world.succession('litware.com', 'arcadia.example', [])
  world.days(16)
  yield world.verification('fabrikam.com', world.daily('fabrikam.com'))
}

/** Nothing of it changes a standing, and the second is about the first. */
function* withholding(world: World): Generator<string> {
  yield world.notice('erase', world.head('contoso.com')!)
  yield world.notice('takedown', world.head(world.domain)!)
}

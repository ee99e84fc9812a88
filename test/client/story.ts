import { parseAttestation } from '../../src/accord/attestation.ts'
import type { Digest } from '../../src/accord/text.ts'
import { company, listed } from '../accord/cast.ts'
import { keyOf } from '../accord/keys.ts'
import { World } from '../accord/kit.ts'

/** A world whose entries have names. */
class Story {
  readonly world = new World()
  /** The index of each named entry. */
  readonly at: Record<string, number> = {}

  log(name: string, note: string): Digest {
    this.world.now += 60
    this.at[name] = this.world.add(note).index
    return parseAttestation(note).digest
  }

  join(domain: string): void {
    const who = company(domain)
    this.log(`check ${domain}`, this.world.verification(domain, who.keys))
    this.log(`enrol ${domain}`, this.world.enrol(who))
  }
}

/**
 * Two years of a registry. A company changes its keys, recovers, takes over another and signs two
 * texts; others live beside it; the depositary changes its keys and its rules.
 */
export function makeStory() {
  const story = new Story()
  const { world } = story
  const log = story.log.bind(story)

  log('accord v1', world.instrument())
  log(
    'pact v1',
    world.instrument({ id: 'pact', title: 'The pact', terms: { admission: 'acceptance' } }),
  )
  story.join('contoso.com')
  story.join('fabrikam.com')
  story.join('northwind.com')
  log(
    'contoso signs',
    world.sign('contoso.com', 'accord', {
      reservations: [{ clause: 'P2', text: 'Only our own products.' }],
    }),
  )
  log('fabrikam signs', world.sign('fabrikam.com'))
  world.days(10)
  const fresh = [keyOf('contoso.com/ceo-2'), keyOf('contoso.com/gc-2')]
  log('contoso rotates', world.rotate('contoso.com', fresh))
  log('fabrikam signs the pact', world.sign('fabrikam.com', 'pact'))
  log('the pact accepts', world.notice('accept', world.rests('fabrikam.com', 'pact')))
  world.days(10)
  log('fabrikam passes', world.succession('fabrikam.com', 'contoso.com', ['pact']))
  log('northwind signs', world.sign('northwind.com'))
  world.days(20)
  log('accord v2', world.nextVersion())
  log(
    'contoso reports',
    world.report('contoso.com', 'accord', { instrument: world.ref('accord', 1) }),
  )
  world.days(300)
  const lost = [keyOf('contoso.com/ceo-3'), keyOf('contoso.com/gc-3')]
  log('check of new keys', world.verification('contoso.com', lost))
  log('contoso recovers', world.recover('contoso.com', lost))
  world.days(15)
  log('contoso renews', world.renew('contoso.com', 'accord', { by: lost }))
  log(
    'northwind withdraws',
    world.withdraw('northwind.com', 'accord', { instrument: world.ref('accord', 1) }),
  )
  return story
}

/**
 * Everything that goes wrong: a succession that the successor's safe keys stop, a suspension, a
 * domain that passes into other hands, clerks that change.
 */
export function makeTroubles() {
  const story = new Story()
  const { world } = story
  const log = story.log.bind(story)
  log('accord v1', world.instrument())
  for (const domain of ['contoso.com', 'fabrikam.com']) {
    story.join(domain)
    log(`${domain} signs`, world.sign(domain))
  }
  const digest = log('fabrikam passes', world.succession('fabrikam.com', 'contoso.com', []))
  log('contoso stops it', world.cancel('contoso.com', digest))
  world.days(20)
  log('fabrikam reports', world.report('fabrikam.com'))
  log('suspended', world.notice('suspend', world.rests('fabrikam.com')))
  log('fabrikam reports again', world.report('fabrikam.com'))
  const clerk = keyOf(`${world.domain}/clerk-2`)
  const keys = [...listed(world.keeper.keys), ...listed([clerk], 'clerk')]
  const by = [...world.keeper.recovery.keys, clerk]
  log('another clerk', world.registryChange({ keys, by }))
  const theirs = [keyOf('fabrikam.com/thief')]
  for (const name of ['miss 1', 'miss 2', 'miss 3']) {
    world.days(2)
    log(name, world.verification('fabrikam.com', theirs, { by: [clerk] }))
  }
  world.days(31)
  log('miss 4', world.verification('fabrikam.com', theirs, { by: [clerk] }))
  log('release', world.notice('release', 'fabrikam.com'))
  world.days(15)
  log('check anew', world.verification('fabrikam.com', theirs, { by: [clerk] }))
  log(
    'enrol anew',
    world.enrol(company('fabrikam.com', { keys: theirs, threshold: 1, recovery: null })),
  )
  log('sign anew', world.sign('fabrikam.com'))
  return story
}

/**
 * A log for the pages: a little of everything, by parties whose names are as hostile as the law lets
 * them be. It is the same log every time.
 *
 * @module
 */
import convention from '../../db/instruments/digital-geneva-convention.json' with { type: 'json' }
import accord from '../../db/instruments/tech-sector-accord.json' with { type: 'json' }
import { type Company, company } from '../accord/cast.ts'
import { keyOf } from '../accord/keys.ts'
import { Speaker } from '../accord/speaker.ts'
import { type Add, type Admitting, openSite, type Site } from '../http/site.ts'

/** What somebody may call itself: markup, a formula, right to left, emoji, and long. */
export const HOSTILE: readonly (readonly [domain: string, name: string])[] = [
  ['markup.example', '<script>alert(1)</script><b onmouseover="x()">&amp;</b> “Bold” \' Ltd'],
  ['formula.example', '=HYPERLINK("https://evil.example")'],
  ['shalom.example', 'חברת הביטחון הלאומית (2026) בע״מ!'],
  ['salam.example', 'شركة الدفاع المدني 100% ‹محدودة›'],
  ['emoji.example', '🛡️🔐 Family 👩‍👩‍👧‍👦 Security 🏴‍☠️ GmbH'],
  ['zalgo.example', 'Z̷̢̧̛̹͎̮̞̗̮̳̗͖͈̗̜̈́͌̾̍͑̉͌͐̈́̌͒̕a̶l̴g̵o̷ SA'],
  [
    'xn--lngst-qra.example',
    'Die Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
      .repeat(3)
      .slice(0, 200),
  ],
  [`${'long-label-'.repeat(5)}x.${'another-long-label-'.repeat(3)}y.example`, 'W'.repeat(200)],
]

/** A reservation that is no markup, in two directions. */
const RESERVED = 'Not where <i>courts</i> order it.\nלא כאשר בית המשפט מורה כך — 100%.'

const DECLARATIONS = [
  { kind: 'compulsion', value: 'carve-out', text: 'Orders <under> seal; we say "no more".' },
  { kind: 'scope', value: 'existing', text: '' },
]
const PLAIN = [
  { kind: 'compulsion', value: 'none-known', text: '' },
  { kind: 'scope', value: 'all', text: '' },
]

/** The shipped accord, and a pledge of two versions. */
const ACCORD = 'tech-sector-accord'

function small(domain: string, name: string, over: Partial<Company> = {}): Company {
  return company(domain, { name, keys: [keyOf(`${domain}/office`)], threshold: 1, ...over })
}

/** Who appears by name. */
const CAST = [
  ['fabrikam.example', 'Fabrikam Inc'],
  ['northwind.example', 'Northwind Traders'],
  ['adatum.example', 'Adatum Corporation'],
] as const

/** Opens a site with the whole story in its log: some 60 entries over more than a year. */
export function openPages(parts: Admitting = {}): Promise<Site> {
  const speaker = new Speaker()
  return openSite(speaker, (add) => tell(speaker, add), parts)
}

async function tell(speaker: Speaker, add: Add): Promise<void> {
  await publish(speaker, add)
  await enrol(speaker, add)
  await sign(speaker, add)
  await live(speaker, add)
}

async function publish(speaker: Speaker, add: Add): Promise<void> {
  await add(speaker.instrument(accord))
  await add(speaker.instrument({ title: 'The <em>short</em> pledge & more', kind: 'pledge' }))
  speaker.now += 60
}

async function enrol(speaker: Speaker, add: Add): Promise<void> {
  await add(speaker.verification('contoso.com', company('contoso.com').keys))
  await add(
    speaker.enrol(company('contoso.com', { name: 'Contoso Ltd' }), {
      jurisdiction: 'US',
      lei: '5493001KJTIIGC8Y1R12',
    }),
  )
  for (const [domain, name] of [...CAST, ...HOSTILE]) {
    speaker.now += 600
    const who = small(domain, name)
    const seen = speaker.check(domain, who.keys, {
      method: 'manual',
      evidence: { asked: 'Phoned the switchboard & <looked>.', answer: null, dnssec: null },
    })
    await add(speaker.verification(domain, who.keys, { checks: [seen] }))
    await add(speaker.enrol(who))
  }
}

async function sign(speaker: Speaker, add: Add): Promise<void> {
  const reservations = [{ clause: 'TSA-5', text: RESERVED }]
  await add(speaker.sign('contoso.com', ACCORD, { reservations, declarations: DECLARATIONS }))
  for (const [domain] of [...CAST, ...HOSTILE]) {
    speaker.days(5)
    await add(speaker.sign(domain, ACCORD, { declarations: PLAIN }))
  }
  await add(speaker.sign('contoso.com', 'accord'))
  await add(speaker.sign('markup.example', 'accord'))
}

async function live(speaker: Speaker, add: Add): Promise<void> {
  speaker.days(100)
  const keys = [keyOf('contoso.com/ceo2'), keyOf('contoso.com/gc')]
  await add(speaker.rotate('contoso.com', keys, now(speaker, 'contoso.com')))
  await add(
    speaker.report('contoso.com', ACCORD, { title: 'A year of <defence>: what we did & שלום' }),
  )
  await add(
    speaker.nextVersion('accord', {
      title: 'The <em>short</em> pledge & more',
      kind: 'pledge',
      preamble: 'We mean it.',
    }),
  )
  await add(speaker.renew('markup.example', 'accord'))
  await joinState(speaker, add)
  speaker.days(180)
  await add(speaker.renew('contoso.com', ACCORD, { declarations: PLAIN }))
  await add(
    speaker.withdraw('fabrikam.example', ACCORD, { reason: 'We <sold> the business.\nThank you.' }),
  )
  const signed = speaker.head('emoji.example')!
  await add(speaker.notice('suspend', signed, { reason: 'A court <ordered> it.' }))
  await add(speaker.verification('adatum.example', [keyOf('adatum.example/new')]))
  await add(
    speaker.recover(
      'adatum.example',
      [keyOf('adatum.example/new')],
      now(speaker, 'adatum.example'),
    ),
  )
  await add(speaker.succession('formula.example', 'arcadia.example', []))
  speaker.days(80)
  await add(speaker.verification('contoso.com', company('contoso.com').keys))
}

/** A speaker repeats the record that a party logged, header and all: this is the header of now. */
function now(speaker: Speaker, domain: string) {
  return { previous: speaker.head(domain), seen: speaker.seen, issued: speaker.time() }
}

/** A state signs a convention and waits to be accepted. */
async function joinState(speaker: Speaker, add: Add): Promise<void> {
  await add(speaker.instrument(convention))
  const state = small('arcadia.example', 'Republic of Arcadia', { kind: 'state' })
  await add(speaker.verification('arcadia.example', state.keys))
  await add(speaker.enrol(state, { jurisdiction: 'CH' }))
  await add(speaker.sign('arcadia.example', 'digital-geneva-convention'))
}

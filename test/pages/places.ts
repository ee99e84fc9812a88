/**
 * Every page there is, as its tests visit it.
 *
 * @module
 */
import type { Site } from '../http/site.ts'

/** A page's name, for its pictures, and its path. */
export type Place = readonly [name: string, path: string]

/** What a domain has said, oldest first. */
export async function actsOf(site: Site, domain: string) {
  const answer = await (await site.get(`/v1/parties/${domain}/history?limit=1000`)).json()
  const { acts } = answer as {
    acts: { index: number; digest: string; type: string; act: string | null; by: string }[]
  }
  return acts
}

/** Every kind of page, and those of hostile texts. */
export async function placesOf(site: Site): Promise<Place[]> {
  const acts = [
    ...(await actsOf(site, 'contoso.com')),
    ...(await actsOf(site, 'markup.example')),
    ...(await actsOf(site, 'fabrikam.example')),
    ...(await actsOf(site, 'emoji.example')),
    ...(await actsOf(site, 'formula.example')),
    ...(await actsOf(site, 'registry.example')),
  ]
  const kinds = new Map(acts.map((act) => [`${act.type} ${act.act ?? ''}`, act.digest]))
  const attestations = [...kinds].map(
    ([kind, digest]): Place => [`attestation ${kind.trim()}`, `/attestations/${digest}`],
  )
  return [
    ['home', '/'],
    ['home in the past', '/?at=2026-02-01'],
    ['instruments', '/instruments'],
    ['instrument', '/instruments/tech-sector-accord'],
    ['instrument filtered', '/instruments/tech-sector-accord?control=stale&sort=name'],
    ['instrument of states', '/instruments/digital-geneva-convention'],
    ['version', '/instruments/accord/v1'],
    ['comparison', '/instruments/accord/diff/1..2'],
    ['parties', '/parties'],
    ['party', '/parties/contoso.com'],
    ['party in the past', '/parties/contoso.com?at=2026-02-01&size=40'],
    ['party that ended', '/parties/formula.example'],
    ['party that recovers', '/parties/adatum.example'],
    ['party of markup', '/parties/markup.example'],
    ['party from right to left', '/parties/shalom.example'],
    [
      'party of 200 letters',
      `/parties/${'long-label-'.repeat(5)}x.${'another-long-label-'.repeat(3)}y.example`,
    ],
    ['depositary', '/parties/registry.example'],
    ['changes', '/changes'],
    ['changes between days', '/changes?from=2026-01-01&to=2026-06-30'],
    ['log', '/log'],
    ['entry', '/log/entries/7'],
    ['search', '/search?q=%D7%91'],
    ['search without result', '/search?q=%3Cscript%3Ealert(1)%3C/script%3Ex'],
    ['trust', '/trust'],
    ['verify', '/verify'],
    ['sign', '/sign?instrument=accord'],
    ['about', '/about'],
    ['nothing there', '/parties/nobody.example'],
    ['wrong day', '/?at=2026-02-31'],
    ...attestations,
  ]
}

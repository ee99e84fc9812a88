/**
 * The page that compares two versions of an instrument.
 *
 * @module
 */
import { ComparisonPage } from '../pages/comparison.tsx'
import { demandInstrument, demandText } from './site-instrument.ts'
import { addVisit, type Site } from './visit.ts'

/** Adds the page. */
export function addComparison(site: Site): void {
  const path = '/instruments/:id/diff/:range{[1-9][0-9]{0,6}\\.\\.[1-9][0-9]{0,6}}'
  addVisit(site, path, {}, async (visit) => {
    const { id } = await demandInstrument(visit)
    const versions = visit.c.req.param('range')!.split('..').map(Number)
    const [before, after] = await Promise.all(
      versions.map((version) => demandText(visit.service.sql, id, version, visit.scope)),
    )
    return ComparisonPage({ frame: visit.frame, before: before!, after: after! })
  })
}

/**
 * The pages of attestations, and of entries of the log.
 *
 * @module
 */
import type { Sql } from '../../db/sql.ts'
import { isDigest } from '../accord/text.ts'
import {
  AttestationPage,
  type AttestationView,
  type Cosigned,
  type Since,
} from '../pages/attestation.tsx'
import type { Sentence } from '../pages/frame.ts'
import { entriesChanged } from '../register/changes.ts'
import { checkpointCovering } from '../register/head.ts'
import { attestationOf, entryAt, type LoggedAttestation } from '../register/log.ts'
import { partyOf } from '../register/party.ts'
import { signersOf } from '../register/signers.ts'
import { standingOf } from '../register/standing.ts'
import { parseCosignature } from '../tlog/cosignature.ts'
import { parseNote } from '../tlog/note.ts'
import { RequestError } from './request-error.ts'
import { named, namesOf, tellNews } from './site-text.ts'
import { addVisit, type Site, type Visit, withScript } from './visit.ts'

/** Adds the page of an attestation. */
export function addAttestation(site: Site): void {
  addVisit(site, '/attestations/:digest', {}, async (visit) => {
    const digest = visit.c.req.param('digest')!
    const found = isDigest(digest) ? await attestationOf(visit.service.sql, digest) : null
    if (!found || found.index >= visit.service.depositary.published().size) {
      throw new RequestError('not-found', `${digest} is not logged`)
    }
    return AttestationPage(await viewOf(visit, found))
  })
}

async function viewOf(visit: Visit, found: LoggedAttestation): Promise<AttestationView> {
  const { sql } = visit.service
  const { digest, index, time, statement, note, party } = found
  const [signers, names, says, seen, checkpoint, since] = await Promise.all([
    signersOf(sql, found),
    namesOf(sql, index + 1, [party]),
    sayOf(sql, index),
    entryAt(sql, statement.seen.size - 1),
    checkpointCovering(sql, index),
    sinceOf(visit, found),
  ])
  return {
    frame: { ...withScript(visit, 'verify.js'), clock: null },
    ...{ digest, index, logged: time, statement, note, says, signers, since },
    by: named(names, party),
    seen: seen && { size: statement.seen.size, at: seen.time },
    cosigned: cosignedOf(checkpoint!.note, visit.service.origin),
  }
}

/** What became of the commitment that a statement is about. */
async function sinceOf(visit: Visit, found: LoggedAttestation): Promise<Since | null> {
  const { service, scope } = visit
  const { statement, party: domain, index, time } = found
  if (statement.type !== 'commitment/v1' || scope.size <= index || scope.at < time) return null
  const asked = { ...scope, domain, instrument: statement.instrument.id }
  const { last } = await partyOf(service.sql, domain, scope)
  const same = last !== null && last.first.index <= index
  return { at: scope.at, standing: same ? await standingOf(service.sql, asked) : null }
}

/** What an entry did, in words, as it was known right after it. */
export async function sayOf(sql: Sql, index: number): Promise<Sentence> {
  const entries = await entriesChanged(sql, [index], index + 1)
  const [told] = await tellNews(sql, index + 1, entries, [])
  return told!.says
}

/** Who cosigned a checkpoint, by its lines: a policy says whose count. */
export function cosignedOf(note: string, origin: string): Cosigned[] {
  return parseNote(note)
    .signatures.filter(({ name }) => name !== origin)
    .flatMap(({ name, blob }) => {
      const cosignature = parseCosignature(blob)
      return cosignature ? [{ witness: name, at: cosignature.time }] : []
    })
    .sort((a, b) => a.at - b.at)
}

/**
 * `enrolment/v1`: a party says who it is and which keys speak for it.
 *
 * See docs/spec/law.md, "Parties and keys".
 *
 * @module
 */
import { announce, strike, underControl } from './agenda.ts'
import { authorizeCase, type Case, demandHead, demandSeen, headOf, noteStatement } from './case.ts'
import { controlUnder, demandShown, lastCheck, NO_CONTROL } from './control.ts'
import { addedKeys, checkRecord, enterKeys, keysOf, retireKeys } from './keyring.ts'
import {
  domainOf,
  isRecovering,
  livingParty,
  partyById,
  partyOf,
  recoveryDelay,
  registryOf,
  setParty,
} from './party.ts'
import { allOf, recoveryOf, someOf, vkeysOf } from './quorum.ts'
import { refuse } from './refusal.ts'
import type { Draft, Party, PendingChange, Profile } from './state.ts'
import type { EnrolmentV1 } from './statement.ts'
import { isLei } from './text.ts'

type Change = Exclude<EnrolmentV1, { mode: 'cancel' }>
type Cancel = Extract<EnrolmentV1, { mode: 'cancel' }>

/** Judges an `enrolment/v1`. */
export function judgeEnrolment(c: Case<EnrolmentV1>): void {
  const { statement } = c
  if (statement.mode === 'cancel') judgeCancel(c as Case<Cancel>)
  else if (statement.mode === 'first') judgeFirst(c as Case<Change>)
  else judgeLater(c as Case<Change>)
}

function judgeFirst(c: Case<Change>): void {
  const { draft, statement, digest } = c
  const registry = registryOf(draft)
  const { party: name } = statement
  if (name === registry.domain || livingParty(draft, name)) {
    refuse('domain-taken', `${name} is a living party, or the depositary`)
  }
  if (statement.previous !== null)
    refuse('stale-previous', 'a first enrolment has none', { head: null })
  const profile = profileOf(statement)
  authorizeCase(c, { ways: [[allOf(keysOf(profile))]] })
  checkProfile(c, profile)
  demandShown(draft, name, profile, c.time)
  enterKeys(draft, digest, keysOf(profile))
  const domain = domainOf(draft, name)
  setParty(draft, newParty(c, profile))
  draft.set('domain', name, { ...domain, parties: [...domain.parties, digest] })
  noteStatement(c, digest, null)
}

function newParty(c: Case<Change>, profile: Profile): Party {
  const { draft, statement, digest } = c
  const head = headOf(c)
  const last = lastCheck(domainOf(draft, statement.party), registryOf(draft).rules)
  return {
    id: digest,
    domain: statement.party,
    kind: statement.kind,
    profile,
    first: head,
    enrolled: head,
    anchor: c.index,
    head,
    pending: null,
    release: null,
    passing: null,
    ended: null,
    control: controlUnder(NO_CONTROL, profile, last),
    holdings: [],
  }
}

function judgeLater(c: Case<Change>): void {
  const { draft, statement } = c
  const party = partyOf(draft, statement.party)
  if (statement.mode === 'recover') demandOwn(c, party)
  else demandHead(c, party.head)
  demandNothingPending(statement, party)
  if (statement.mode === 'rotate') judgeRotate(c, party)
  else if (statement.mode === 'recover') judgeRecover(c, party)
  else judgeReplace(c, party)
  noteStatement(c, party.id, null)
}

/** Daily threshold and every key added; at once. */
function judgeRotate(c: Case<Change>, party: Party): void {
  const next = profileOf(c.statement)
  authorizeCase(c, {
    ways: [[someOf(party.profile), allOf(addedKeys(party.profile, next))]],
  })
  checkProfile(c, next, party)
  demandSameRecovery(party.profile, next)
  adopt(c, party, next, party.anchor)
}

/** Recovery threshold and every key added, and the domain shows the new keys; after the delay. */
function judgeRecover(c: Case<Change>, party: Party): void {
  const { draft } = c
  const next = profileOf(c.statement)
  if (!party.profile.recovery) refuse('no-recovery', `${party.domain} has no recovery keys`)
  const added = addedKeys(party.profile, next)
  authorizeCase(c, { ways: [[...recoveryOf(party.profile.recovery), allOf(added)]] })
  checkProfile(c, next, party)
  demandSameRecovery(party.profile, next)
  // Without a new key the domain would show "exactly the new keys" already, and the recovery keys
  // alone could freeze the party again and again.
  if (added.length === 0) refuse('nothing-new', 'every key stands in the record already')
  demandShown(draft, party.domain, next, c.time)
  enterKeys(draft, party.id, keysOf(next))
  voidAnnounced(draft, party)
  postpone(c, { ...party, release: null, passing: null, anchor: c.index }, 'recover', next)
}

/** What the daily keys announced, in whose name a thief may have spoken, and a release. */
function voidAnnounced(draft: Draft, party: Party): void {
  const passers = (draft.get('agenda', '') ?? [])
    .filter((d) => d.what === 'succession')
    .map((d) => partyById(draft, d.party))
    .filter((p) => p.passing?.to === party.id)
  for (const passer of passers) setParty(draft, { ...passer, passing: null })
  const ids: string[] = [party.id, ...passers.map((p) => p.id)]
  strike(draft, (d) => d.party === party.id || (d.what === 'succession' && ids.includes(d.party)))
}

/** Both thresholds: at once. The daily one alone, the domain showing its keys: after the delay. */
function judgeReplace(c: Case<Change>, party: Party): void {
  const { draft } = c
  const { profile } = party
  const next = profileOf(c.statement)
  const added = allOf(addedKeys(profile, next))
  const both = profile.recovery ? [[someOf(profile), someOf(profile.recovery), added]] : []
  const way = authorizeCase(c, {
    also: vkeysOf(profile.recovery?.keys ?? []),
    ways: [...both, [someOf(profile), added]],
  })
  checkProfile(c, next, party)
  demandSameButRecovery(profile, next)
  if (way < both.length) {
    adopt(c, party, next, c.index)
    return
  }
  demandShown(draft, party.domain, profile, c.time)
  enterKeys(draft, party.id, keysOf(next))
  postpone(c, party, 'replace-recovery', next)
}

/** The recovery threshold stops a pending change, or a succession. */
function judgeCancel(c: Case<Cancel>): void {
  const { draft, statement } = c
  const party = partyOf(draft, statement.party)
  demandOwn(c, party)
  if (!party.profile.recovery) refuse('no-recovery', `${party.domain} has no recovery keys`)
  authorizeCase(c, { ways: [recoveryOf(party.profile.recovery)] })
  const due = (draft.get('agenda', '') ?? []).find((d) => d.digest === statement.pending)
  const passer = due?.what === 'succession' ? partyById(draft, due.party) : null
  const mine = due?.party === party.id || passer?.passing?.to === party.id
  if (!due || !mine || due.what === 'release') {
    refuse('nothing-pending', `${statement.pending} is no pending change of ${party.domain}`)
  }
  strike(draft, (d) => d.digest === due.digest)
  if (passer) setParty(draft, { ...passer, passing: null })
  const now = partyById(draft, party.id)
  const pending = due.what === 'enrolment' ? null : now.pending
  setParty(draft, { ...now, pending, anchor: c.index, head: headOf(c) })
  noteStatement(c, party.id, null)
}

/**
 * Recovery keys may name any statement of the party since they last spoke: whoever holds the
 * daily keys could otherwise outrun them, statement after statement.
 */
function demandOwn(c: Case<EnrolmentV1>, party: Party): void {
  const { previous } = c.statement
  const named = previous === null ? undefined : c.draft.get('statement', previous)
  const own = named?.party === party.id || named?.successor === party.id
  if (!named || !own || named.index < party.anchor) {
    refuse(
      'stale-previous',
      `previous is to be ${party.head.digest}, or another since entry ${party.anchor}`,
      {
        head: party.head.digest,
      },
    )
  }
  demandSeen(c, named.index)
}

function demandNothingPending(statement: Change, party: Party): void {
  if (!party.pending) return
  if (statement.mode === 'recover' && !isRecovering(party)) return
  refuse('change-pending', `${party.pending.digest} is pending`)
}

/** Puts a profile in force at once. */
function adopt(c: Case<Change>, party: Party, profile: Profile, anchor: number): void {
  const { draft } = c
  enterKeys(draft, party.id, keysOf(profile))
  retireKeys(draft, party.id, party.profile, profile)
  const last = lastCheck(domainOf(draft, party.domain), registryOf(draft).rules)
  const head = headOf(c)
  const control = controlUnder(party.control, profile, last)
  const changed = { ...party, profile, enrolled: head, anchor, head }
  setParty(draft, underControl(draft, changed, control))
}

/** Announces a profile that takes effect after the recovery delay in force now. */
function postpone(
  c: Case<Change>,
  party: Party,
  mode: PendingChange['mode'],
  value: Profile,
): void {
  const { draft, digest, index, time } = c
  const at = time + recoveryDelay(registryOf(draft))
  announce(draft, { at, index, what: 'enrolment', party: party.id, digest })
  const pending = { digest, index, since: time, at, mode, value }
  setParty(draft, { ...party, pending, head: headOf(c) })
}

function profileOf(statement: Change): Profile {
  const { name, jurisdiction, lei, keys, threshold, recovery } = statement
  return { name, jurisdiction, lei, keys, threshold, recovery }
}

function checkProfile(c: Case<Change>, profile: Profile, party?: Party): void {
  checkRecord(profile, c.statement.party, registryOf(c.draft).origin)
  if (party && party.kind !== c.statement.kind) refuse('kind-changed', `it is a ${party.kind}`)
  if (profile.lei !== null && !isLei(profile.lei)) refuse('bad-lei', profile.lei)
}

function demandSameRecovery(now: Profile, next: Profile): void {
  if (JSON.stringify(now.recovery) !== JSON.stringify(next.recovery)) {
    refuse('recovery-changed', 'the recovery keys are to stay as they are')
  }
}

function demandSameButRecovery(now: Profile, next: Profile): void {
  const { recovery } = next
  if (JSON.stringify({ ...now, recovery }) !== JSON.stringify(next)) {
    refuse('record-changed', 'only the recovery keys are to change')
  }
}

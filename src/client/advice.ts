/**
 * What to do about a refusal: for each code the step of the law that failed, and advice.
 *
 * The steps are those of docs/spec/law.md, "Applying an entry".
 *
 * @module
 */
import type { RefusalCode } from '../accord/refusal.ts'

/** Where a statement failed. */
export type Check =
  | 'entry'
  | 'attestation'
  | 'statement'
  | 'issued'
  | 'seen'
  | 'previous'
  | 'signatures'
  | 'rules'
  | 'admission'
  | 'request'

/** The step that failed, and what to do. */
export interface Advice {
  readonly check: Check
  readonly advice: string
}

const step =
  (check: Check) =>
  (advice: string): Advice => ({ check, advice })
const entry = step('entry')
const attestation = step('attestation')
const statement = step('statement')
const issued = step('issued')
const seen = step('seen')
const previous = step('previous')
const signatures = step('signatures')
const rules = step('rules')

const KEYS = 'choose another key, draft the enrolment again and have it signed'
const REDRAFT = 'draft the statement again and have it signed'

/** A code of admission: policy of the registry, which no judge of the log applies. */
export type AdmissionCode = keyof typeof ADMISSION_CODES

/** Every code of admission, with what it means and what to do. See docs/admission.md. */
export const ADMISSION_CODES = {
  'admission-nfc': {
    title: 'a text that is not in Unicode normalization form C',
    advice: 'write every text in normalization form C, and have it signed again',
  },
  'admission-law': {
    title: 'rules of a version of the law that this depositary does not have',
    advice: 'announce a version of the law that the depositary runs',
  },
  'admission-text': {
    title: 'a text with something in it that nobody sees',
    advice: 'take the characters out that `detail` names, and have the text signed again',
  },
  'admission-name': {
    title: 'a display name that could mislead',
    advice: 'write the name as the company writes it, in letters of one script, without a domain',
  },
  'admission-domain': {
    title: 'a domain that no party can bear here',
    advice: 'enrol under the domain that the company registered itself',
  },
  'admission-lookalike': {
    title: 'a name or domain that reads like another in the registry',
    advice:
      'add to the name what tells the two apart, such as a place; where nothing can be added, ask the registry to compare the two',
  },
  'admission-quota': {
    title: 'more than may be sent within a day',
    advice: 'send the same again when the time in `detail` has come: nothing is lost by waiting',
  },
  'admission-card': {
    title: 'a card that is none, or of nobody whom the statement names',
    advice: 'send the cards as `accord card` wrote them, of the officers that the statement names',
  },
  'admission-erased': {
    title: 'a card that was erased',
    advice: 'send the statement without it: what was erased is not kept again',
  },
} as const

/** What to do, by code. */
export const ADVICE: Readonly<Record<RefusalCode, Advice>> = {
  'malformed-entry': entry('report this: the registry makes the entries'),
  'time-backwards': entry("send it again later: the registry's clock is behind its own log"),
  'malformed-attestation': attestation(
    'send the note as `accord sign` writes it: sorted lines, one a key, no byte changed',
  ),
  'malformed-statement': statement(
    'write the statement with `accord draft`: every field, in order, two spaces, one newline',
  ),
  'unknown-type': statement('use a type of statement that this version of the law knows'),
  'wrong-registry': statement('draft it for the origin that /.well-known/accord-registry names'),
  'already-logged': statement('nothing: the receipt is at /v1/attestations/{digest}.tlog-proof'),
  'issued-in-future': issued('set the clock of the machine that drafts, and draft again'),
  'issued-too-old': issued(REDRAFT),
  'seen-unknown': seen('draft with a checkpoint that this log has published'),
  'seen-mismatch': seen(
    'keep the checkpoint you saw and show it to others: it proves that the log was forked',
  ),
  'seen-before-previous': seen('fetch /checkpoint, verify it, draft again and have it signed'),
  'seen-too-old': seen('fetch /checkpoint, verify it, draft again and have it signed'),
  'issued-before-seen': issued('set the clock of the machine that drafts, and draft again'),
  'unknown-party': previous('enrol the domain first'),
  'not-depositary': previous('this is for the depositary to say'),
  'stale-previous': previous('draft it again with `head` as previous, and have it signed'),
  'key-not-eligible': signatures('remove that line: this key may not sign this statement'),
  'bad-signature': signatures('have that key sign these very bytes again'),
  'quorum-not-met': signatures('collect the signatures that `missing` lists, and send all at once'),
  recovering: signatures('wait for the recovery to take effect, or cancel it with recovery keys'),
  'key-name': rules('name keys after the domain: contoso.com, or contoso.com/label'),
  'key-inadmissible': rules(KEYS),
  'key-duplicate': rules('list each key once, daily and recovery keys together'),
  'key-in-use': rules(KEYS),
  'key-retired': rules(KEYS),
  'bad-threshold': rules('ask for no more signatures than there are keys'),
  'bad-lei': rules('look the LEI up again, or leave it null'),
  'domain-taken': rules('the domain is enrolled: rotate or recover instead'),
  'domain-unconfirmed': rules(
    'publish exactly these daily keys at the domain, then send it again; accord check-domain says what can be seen',
  ),
  'change-pending': rules('wait for the pending change, or cancel it with the recovery keys'),
  'nothing-pending': rules('name the digest of the change that is pending'),
  'kind-changed': rules('keep the kind as it was'),
  'recovery-changed': rules('leave the recovery keys as they are, or use mode replace-recovery'),
  'nothing-new': rules('make a new daily key, publish it at the domain, and recover with that'),
  'record-changed': rules('leave all but the recovery keys as it is, or use mode rotate'),
  'no-recovery': rules('there are no recovery keys; the daily keys may set some'),
  'no-clerk': rules('list a key of role clerk, and enough others for the threshold'),
  'version-out-of-order': rules('number the version after the latest, and name what it replaces'),
  'bad-terms': rules('open the instrument to others than companies by acceptance only'),
  'duplicate-clause': rules('give each clause an id of its own'),
  'unknown-instrument': rules('name the id, version and digest as /v1/instruments has them'),
  'not-latest': rules('sign the latest version'),
  'not-open-to': rules('the instrument is for other kinds of party'),
  'wrong-standing': rules('look at /v1/parties/{domain}/standing: the act does not follow from it'),
  'bad-until': rules('choose a date within what the terms of the version allow'),
  'not-reservable': rules('reserve only clauses that the text marks as reservable, each once'),
  'bad-declaration': rules('make each declaration that the terms ask for, once, and no other'),
  'bad-check': rules(
    'log a check within a day, after the one before, with the fields of its method',
  ),
  'unknown-subject': rules('name the statement by its digest, or the domain, as the log has it'),
  'not-mismatch': rules('release a domain only after thirty days of logged mismatch'),
  'not-bound': rules('only a bound party reports'),
  'bad-period': rules('report on a period that is over'),
  'unknown-successor': rules('enrol the successor first'),
  'successor-holds': rules('leave that instrument out of the succession'),
  'succession-pending': rules('wait for the pending succession, or cancel it'),
  'nothing-to-pass': rules('name only instruments to which the party holds a commitment'),
}

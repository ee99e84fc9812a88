/**
 * The panel on the page of an attestation: its evidence is fetched and verified here, and what the
 * page says is compared with what follows.
 *
 * @module
 */
import { parseEntry } from '../accord/entry.ts'
import { parseEvidence } from '../accord/evidence.ts'
import type { Finding } from '../accord/finding.ts'
import { ATTESTED as t } from '../pages/english-browser.ts'
import { fromUtf8 } from '../tlog/bytes.ts'
import { verifyEvidence } from '../verify.ts'
import { made } from './made.ts'
import { addPanel, listed, type Panel, textOf, verdict } from './panel.ts'

/** Puts the panel into its place. */
export function addEvidence(place: HTMLElement, digest: string): void {
  addPanel(place, t, (policy, panel) => void verifyHere(digest, policy, panel))
}

async function verifyHere(digest: string, policy: string, panel: Panel): Promise<void> {
  panel.progress(t.fetching)
  const file = await fetchEvidence(digest)
  panel.answer(
    file === null ? verdict('cannot tell', [t.unavailable]) : judged(file, digest, policy),
  )
}

async function fetchEvidence(digest: string): Promise<string | null> {
  try {
    const answer = await fetch(`/v1/attestations/${digest}.accord-evidence`)
    return answer.ok ? await answer.text() : null
  } catch {
    return null
  }
}

function judged(file: string, digest: string, policy: string): Node[] {
  const { verdict: word, reason, proves, doesNotProve, facts } = verifyEvidence(file, policy)
  if (reason) {
    const { failed, expected, advice, detail } = reason
    const lines = [failed, expected, advice, detail]
    return verdict(word, lines)
  }
  const finding = facts as Finding
  if (finding.digest !== digest) return verdict('not verified', [t.other(finding.digest)])
  const wrong = comparisons(finding, file).filter(([, shown, due]) => shown !== due)
  const agrees = wrong.length === 0
  return [
    ...verdict(agrees ? 'verified' : 'not verified', [agrees ? t.agrees : t.disagrees]),
    listed(wrong.map(([name, shown, due]) => t.differs(name, shown, due))),
    made('h3', t.proves),
    listed(proves),
    made('h3', t.doesNotProve),
    listed(doesNotProve),
  ]
}

/** What is compared: its name, what the page says, and what follows from the evidence. */
function comparisons(finding: Finding, file: string): [string, string, string][] {
  const { digest, index, signers, times } = finding
  const one = (selector: string) => document.querySelector(`main ${selector}`)
  return [
    [t.digest, textOf(one('.facts code.mono')), digest],
    [t.entry, textOf(one('.facts dd')).replace(/\D/g, ''), String(index)],
    [t.logged, one('.interval li:nth-child(2) time')?.getAttribute('datetime') ?? '', times.logged],
    [t.signers, shownSigners(), sorted(signers.map(({ vkey, role }) => `${vkey} ${role}`))],
    [t.exact, one('[aria-labelledby="exact"] pre')?.textContent ?? '', noteIn(file)],
  ]
}

function shownSigners(): string {
  const rows = [...document.querySelectorAll('[aria-labelledby="signatures"] tbody tr')]
  const roleOf = (row: Element) => textOf(row.querySelector('td bdi'))
  return sorted(rows.map((row) => `${textOf(row.querySelector('th'))} ${roleOf(row)}`))
}

function sorted(lines: readonly string[]): string {
  return lines
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .toSorted()
    .join(', ')
}

/** The attestation of the entry that the evidence is about. */
function noteIn(file: string): string {
  const { entry } = parseEvidence(file).entries.at(-1)!
  return fromUtf8(parseEntry(entry).attestation) ?? ''
}

/**
 * The panel on the page of an attestation: its evidence is fetched and verified here, and what the
 * page says is compared with what follows.
 *
 * @module
 */
import type { Finding } from '../accord/finding.ts'
import { type Digest, parseTime } from '../accord/text.ts'
import { sayTime } from '../pages/english.ts'
import { GIVEN, ATTESTED as t } from '../pages/english-browser.ts'
import type { Frame, Named } from '../pages/frame.ts'
import { Name } from '../pages/marks.tsx'
import { StatementView } from '../pages/statement.tsx'
import { failedNodes, send } from './errand.ts'
import type { Asked, Judged } from './judging.ts'
import { made } from './made.ts'
import { listed, outcomeNodes } from './outcome.ts'
import { addPanel, said, textIn, textOf, verdict } from './panel.ts'

/** Puts the panel into its place. `open` opens the worker that judges. */
export function addEvidence(place: HTMLElement, digest: Digest, open: () => Worker): void {
  addPanel(place, t, (policy, panel) => {
    send<number, Judged>(panel, open(), { digest, policy } satisfies Asked, {
      opening: t.fetching,
      progress: (signatures, seconds) => GIVEN.progress(said(signatures), seconds.toFixed(0)),
      answer: compared,
      failed: (why) => [...verdict('cannot tell', []), ...failedNodes(why)],
    })
  })
}

function compared({ outcome, fetched }: Judged): Node[] {
  if (!fetched) return outcomeNodes(outcome)
  const finding = outcome.facts as Finding
  const wrong = comparisons(finding, fetched.note).filter(([, shown, due]) => shown !== due)
  const agrees = wrong.length === 0
  return [
    ...verdict(agrees ? 'verified' : 'not verified', [agrees ? t.agrees : t.disagrees]),
    listed(wrong.map(([name, shown, due]) => t.differs(name, shown, due))),
    made('h3', t.proves),
    listed(outcome.proves),
    made('h3', t.doesNotProve),
    listed(outcome.doesNotProve),
    still(finding.party.domain),
  ]
}

/** Where it is found out whether what was said still stands. */
function still(domain: string): HTMLElement {
  const link = made('a', domain)
  link.href = `/parties/${domain}`
  const says = made('p', `${t.still} `)
  says.append(link)
  return says
}

/** What is compared: its name, what the page says, and what follows from the evidence. */
function comparisons(finding: Finding, note: string): [string, string, string][] {
  const { digest, index, signers, times, statement, party } = finding
  const one = (selector: string) => document.querySelector(`main ${selector}`)
  return [
    [t.digest, textOf(one('.facts code.mono')), digest],
    [t.entry, textOf(one('.facts dd')).replace(/\D/g, ''), String(index)],
    [t.logged, one('.interval li:nth-child(2) time')?.getAttribute('datetime') ?? '', times.logged],
    [t.logged, textOf(one('.interval li:nth-child(2) time')), sayTime(parseTime(times.logged)!)],
    [
      t.signers,
      shownSigners(),
      sorted(
        signers.map(
          ({ vkey, role, domain }) => `${vkey} ${role} ${spoken({ domain, name: null })}`,
        ),
      ),
    ],
    [t.who, textOf(one('h1')), spoken(party)],
    [t.says, textOf(one('[aria-labelledby="says"] dl')), shownAs(statement)],
    [t.exact, one('[aria-labelledby="exact"] pre')?.textContent ?? '', note],
  ]
}

/** As the page has it; of a page only the text is compared, and no link. */
function spoken(who: Named): string {
  return textIn(String(<Name who={who} />))
}

function shownAs(statement: Finding['statement']): string {
  return textIn(String(<StatementView frame={{ clock: null } as Frame} of={statement} />))
}

function shownSigners(): string {
  const rows = [...document.querySelectorAll('[aria-labelledby="signatures"] tbody tr')]
  const parts = ['th', 'td bdi', 'td:last-child']
  return sorted(rows.map((row) => parts.map((p) => textOf(row.querySelector(p))).join(' ')))
}

function sorted(lines: readonly string[]): string {
  return lines
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .toSorted()
    .join(', ')
}

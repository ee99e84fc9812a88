/**
 * An answer, as elements.
 *
 * @module
 */
import { VERIFIER as t } from '../pages/english-pack.ts'
import type { Failure, Outcome } from './exhibit.ts'
import { made, sentence } from './made.ts'

/** Shows an answer: the verdict, by whose policy, and why or what it proves. */
export function outcomeNodes(outcome: Outcome): Node[] {
  return [
    verdictWord(outcome.verdict),
    ...(outcome.by ? [judgedBy(outcome)] : []),
    ...(outcome.why ? failureNodes(outcome.why) : proofNodes(outcome)),
  ]
}

/** The word of a verdict, large. */
export function verdictWord(verdict: Outcome['verdict']): Node {
  return made('p', verdict, `verdict ${verdict.replace(' ', '-')}`)
}

/** Sentences of a list. */
export function listed(items: readonly string[]): HTMLElement {
  const list = made('ul')
  list.append(...items.map((item) => sentence('li', item)))
  return list
}

function judgedBy({ by, keys }: Outcome): Node {
  if (by === 'own') return made('p', t.ownPolicy, 'quiet')
  const says = made('p', `${t.packPolicy} `, 'quiet')
  says.append(...keys.map((key) => made('code', key)))
  return says
}

function failureNodes(why: Failure): Node[] {
  const lines = [
    [t.because, why.failed],
    [t.expected, why.expected],
    [t.advice, why.advice],
    [t.detail, why.detail],
  ]
  return lines.flatMap(([name, says]) => (says ? [made('h2', name!), sentence('p', says)] : []))
}

function proofNodes({ proves, doesNotProve, facts }: Outcome): Node[] {
  return [
    made('h2', t.proves),
    listed(proves),
    made('h2', t.doesNotProve),
    listed(doesNotProve),
    ...(facts && 'statement' in facts ? exact(facts.statement) : []),
  ]
}

function exact(statement: unknown): Node[] {
  const details = made('details')
  details.append(made('summary', t.exact), made('pre', JSON.stringify(statement, null, 2)))
  return [details]
}

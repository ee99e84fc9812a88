/**
 * What every panel that verifies a page has: the reader's policy, a button, and room for the answer.
 *
 * @module
 */
import { PANEL as t } from '../pages/english-browser.ts'
import type { Verdict } from '../verify.ts'
import { made } from './made.ts'
import { borrowedPolicy, rememberBorrowed, rememberedPolicy, rememberPolicy } from './memory.ts'
import { verdictWord } from './outcome.ts'

/** What a page comes to. */
export type Word = Verdict['verdict']

/** A panel that stands in its page. */
export interface Panel {
  /** The text of the reader's policy; it may be changed. */
  policy: string
  /** Begins, as the button does. */
  ask(): void
  /** Shows what was found out, and lets the reader ask again. */
  answer(nodes: readonly Node[]): void
  /** Shows how far it is; until there is an answer the reader can cancel. */
  progress(text: string, cancel: () => void): void
}

/** What is particular to a panel. */
export interface Particular {
  readonly lead: string
  /** The name of its button. */
  readonly start: string
  /** What the reader fills in before the policy. */
  readonly first?: readonly Node[]
  /** And after it. */
  readonly last?: readonly Node[]
  /** Whether there may be a policy in what is asked about. */
  readonly packed?: boolean
}

/** Puts a panel into its place. `start` is called with a policy that is not empty, or may be. */
export function addPanel(
  place: HTMLElement,
  particular: Particular,
  start: (policy: string, panel: Panel) => void,
): Panel {
  const parts = partsOf(particular)
  const { policy, ask, cancel, answer } = parts
  const panel: Panel = {
    get policy() {
      return policy.value
    },
    set policy(text) {
      policy.value = text
    },
    ask() {
      rememberPolicy(policy.value)
      const ready = particular.packed || policy.value.trim() !== ''
      if (ready) start(policy.value, panel)
      else panel.answer(verdict('cannot tell', [t.needsPolicy]))
    },
    answer(nodes) {
      answer.replaceChildren(...nodes)
      ask.hidden = false
      cancel.hidden = true
    },
    progress(text, stop) {
      answer.replaceChildren(made('p', text))
      ask.hidden = true
      cancel.hidden = false
      cancel.onclick = stop
    },
  }
  ask.addEventListener('click', () => panel.ask())
  place.append(parts.added)
  return panel
}

function partsOf({ lead, start, first = [], last = [] }: Particular) {
  const policy = made('textarea')
  Object.assign(policy, { id: 'policy', rows: 4, value: rememberedPolicy() ?? '' })
  const label = made('label', t.policy)
  label.htmlFor = 'policy'
  const [ask, cancel] = [button(start), button(t.cancel)]
  cancel.hidden = true
  const answer = made('div')
  answer.setAttribute('aria-live', 'polite')
  const added = made('div', '', 'added')
  const heading = first.length > 0 ? [] : [made('h3', t.heading)]
  added.append(...heading, made('p', lead), ...first, label, policy)
  added.append(...borrowing(policy), ...last, ask, ' ', cancel, answer)
  return { added, policy, ask, cancel, answer }
}

/** The button that fills in the registry's own policy, under what is said about that. */
function borrowing(policy: HTMLTextAreaElement): Node[] {
  const remark = made('p', '', 'quiet')
  const where = made('a', t.where)
  where.href = '/trust#whose'
  const say = (text: string) => remark.replaceChildren(text, ' ', where)
  const sayWhose = () => {
    const own = policy.value.trim() !== '' && policy.value === borrowedPolicy()
    say(own ? t.borrowed : t.policyHint)
  }
  policy.addEventListener('input', sayWhose)
  sayWhose()
  const borrow = button(t.borrow)
  borrow.addEventListener('click', async () => {
    const text = await borrowed()
    if (text === null) return say(t.noPolicy)
    policy.value = text
    // A textarea may spell a line's end in its own way.
    rememberBorrowed(policy.value)
    sayWhose()
  })
  return [remark, borrow]
}

/** A verdict with its sentences. */
export function verdict(of: Word, sentences: readonly string[]): Node[] {
  return [verdictWord(of), ...sentences.map((s) => made('p', s))]
}

/** The text of an element, as a reader sees it. */
export function textOf(element: Element | null): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim()
}

/** The text of a page's body, given as markup. */
export function textIn(markup: string): string {
  return textOf(new DOMParser().parseFromString(markup, 'text/html').body)
}

/** A number in words for readers. */
export function said(n: number): string {
  return n.toLocaleString('en')
}

/** The registry's own policy; null where it has none to give. */
async function borrowed(): Promise<string | null> {
  const answer = await fetch('/policy.txt').catch(() => null)
  return answer?.ok ? answer.text() : null
}

/** A button of a panel. */
export function button(name: string): HTMLButtonElement {
  const node = made('button', name)
  node.type = 'button'
  return node
}

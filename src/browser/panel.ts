/**
 * What every panel that verifies a page has: the reader's policy, a button, and room for the answer.
 *
 * @module
 */
import { PANEL as t } from '../pages/english-browser.ts'
import type { Verdict } from '../verify.ts'
import { made, sentence } from './made.ts'

/** What a page comes to. */
export type Word = Verdict['verdict']

/** A panel that stands in its page. */
export interface Panel {
  /** Shows what was found out, and lets the reader ask again. */
  answer(nodes: readonly Node[]): void
  /** Shows how far it is; until there is an answer the reader can cancel. */
  progress(text: string, cancel?: () => void): void
}

/** Where the reader's policy is remembered. */
const POLICY = 'accord policy'

/** Puts a panel into its place. `start` is called with a policy that is not empty. */
export function addPanel(
  place: HTMLElement,
  says: { readonly lead: string; readonly start: string },
  start: (policy: string, panel: Panel) => void,
): void {
  const policy = made('textarea')
  Object.assign(policy, { id: 'policy', rows: 4, value: localStorage.getItem(POLICY) ?? '' })
  const label = made('label', t.policy)
  label.htmlFor = 'policy'
  const remark = made('p', t.policyHint, 'quiet')
  const [borrow, ask, cancel] = [button(t.borrow), button(says.start), button(t.cancel)]
  const answer = made('div')
  answer.setAttribute('aria-live', 'polite')
  cancel.hidden = true
  const added = made('div', '', 'added')
  added.append(made('h3', t.heading), made('p', says.lead), label, policy, remark)
  added.append(borrow, ' ', ask, ' ', cancel, answer)
  place.append(added)
  const panel: Panel = {
    answer(nodes) {
      answer.replaceChildren(...nodes)
      ask.hidden = false
      cancel.hidden = true
    },
    progress(text, stop) {
      answer.replaceChildren(made('p', text))
      ask.hidden = true
      cancel.hidden = stop === undefined
      if (stop) cancel.onclick = stop
    },
  }
  borrow.addEventListener('click', () => {
    void borrowed().then((text) => {
      if (text !== null) policy.value = text
      remark.textContent = text === null ? t.noPolicy : t.borrowed
    })
  })
  ask.addEventListener('click', () => {
    if (policy.value.trim() === '') {
      panel.answer(verdict('cannot tell', [t.needsPolicy]))
      return
    }
    localStorage.setItem(POLICY, policy.value)
    start(policy.value, panel)
  })
}

/** A verdict with its sentences. */
export function verdict(of: Word, sentences: readonly string[]): Node[] {
  const word = made('p', of, `verdict ${of.replace(' ', '-')}`)
  return [word, ...sentences.map((s) => made('p', s))]
}

/** Sentences of a list. */
export function listed(items: readonly string[]): HTMLElement {
  const list = made('ul')
  list.append(...items.map((item) => sentence('li', item)))
  return list
}

/** The text of an element, as a reader sees it. */
export function textOf(element: Element | null): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim()
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

function button(name: string): HTMLButtonElement {
  const node = made('button', name)
  node.type = 'button'
  return node
}

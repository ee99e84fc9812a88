/**
 * What forms are made of: fields with their names, buttons that work, texts to copy and files to keep.
 *
 * @module
 */
import { SIGNING as t } from '../pages/english-sign.ts'
import { made } from './made.ts'

/** A field in its label. */
export interface Field<E extends HTMLElement = HTMLInputElement> {
  readonly whole: HTMLElement
  readonly input: E
}

let count = 0

/** A line of text, or whatever the attributes make of it. */
export function field(
  name: string,
  hint = '',
  attributes: Readonly<Record<string, string>> = {},
): Field {
  return labelled(name, hint, made('input'), { autocomplete: 'off', ...attributes })
}

/** Several lines of text. */
export function area(name: string, hint = ''): Field<HTMLTextAreaElement> {
  return labelled(name, hint, made('textarea'), { rows: '3', autocomplete: 'off' })
}

/** One of several. */
export function choice(
  name: string,
  options: readonly (readonly [value: string, name: string])[],
  hint = '',
): Field<HTMLSelectElement> {
  const select = made('select')
  for (const [value, label] of options) {
    const option = made('option', label)
    option.value = value
    select.append(option)
  }
  return labelled(name, hint, select, {})
}

/** A box to be ticked. */
export function box(name: string, checked = false): Field {
  const input = made('input')
  input.type = 'checkbox'
  input.checked = checked
  const whole = made('label', '', 'box')
  whole.append(input, made('span', name))
  return { whole, input }
}

function labelled<E extends HTMLElement>(
  name: string,
  hint: string,
  input: E,
  attributes: Readonly<Record<string, string>>,
): Field<E> {
  input.id = `sign-${++count}`
  for (const [attribute, value] of Object.entries(attributes)) input.setAttribute(attribute, value)
  const label = made('label', name)
  label.htmlFor = input.id
  const whole = made('div', '', 'field')
  whole.append(label, input)
  if (hint !== '') {
    const says = made('p', hint, 'quiet')
    says.id = `${input.id}-hint`
    input.setAttribute('aria-describedby', says.id)
    whole.append(says)
  }
  return { whole, input }
}

/** A form that does its work without leaving the page. */
export function form(name: string, parts: readonly Node[], submit: () => Promise<void>) {
  const node = made('form', '', 'signing')
  const sends = made('button', name)
  node.append(...parts, sends)
  node.noValidate = true
  node.addEventListener('submit', (event) => {
    event.preventDefault()
    void working(sends, node, submit)
  })
  return node
}

/** A button; what goes wrong is said beside it. */
export function button(name: string, act: () => Promise<void> | void): HTMLElement {
  const node = made('button', name)
  node.type = 'button'
  const whole = made('div', '', 'action')
  whole.append(node)
  node.addEventListener('click', () => void working(node, whole, async () => act()))
  return whole
}

async function working(
  pressed: HTMLButtonElement,
  whole: HTMLElement,
  work: () => Promise<void>,
): Promise<void> {
  if (pressed.getAttribute('aria-disabled') === 'true') return
  whole.querySelector(':scope > .wrong')?.remove()
  // It keeps the focus meanwhile, as a disabled one would not.
  pressed.setAttribute('aria-disabled', 'true')
  try {
    await work()
  } catch (e) {
    whole.append(wrong(e instanceof Error ? e.message : String(e)))
  } finally {
    pressed.removeAttribute('aria-disabled')
  }
}

/** What is wrong, in words, line by line. */
export function wrong(text: string): HTMLElement {
  const node = made('div', '', 'wrong')
  node.setAttribute('role', 'alert')
  node.append(...prose(text))
  return node
}

/** Lines as paragraphs, each in its own direction. */
export function prose(text: string): HTMLElement[] {
  return text.split('\n').map((line) => {
    const p = made('p', line)
    p.dir = 'auto'
    return p
  })
}

/** A text that somebody else chose, whose direction ends with it. */
export function isolated(text: string): HTMLElement {
  return made('bdi', text)
}

/** Lines to be copied. */
export function copyable(name: string, text: string): HTMLElement {
  const whole = made('div', '', 'copyable')
  const copies = made('button', t.copy)
  copies.type = 'button'
  copies.setAttribute('aria-label', `${t.copy}: ${name}`)
  const said = made('span', '', 'quiet')
  said.setAttribute('role', 'status')
  copies.addEventListener('click', () => {
    void navigator.clipboard.writeText(text).then(
      () => said.replaceChildren(t.copied),
      () => said.replaceChildren(t.notCopied),
    )
  })
  whole.append(made('pre', text), copies, ' ', said)
  return whole
}

/** A link under which a text is saved as a file. */
export function saving(label: string, file: string, text: string): HTMLAnchorElement {
  const link = made('a', label, 'saving')
  link.download = file
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }))
  return link
}

/** The text of the only file that was chosen. */
export async function fileIn(input: HTMLInputElement): Promise<string> {
  const [file] = input.files ?? []
  if (!file) throw new Error(t.noFile)
  return file.text()
}

/**
 * Elements, made.
 *
 * @module
 */

/** An element with a text. */
export function made<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  text = '',
  className = '',
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag)
  node.textContent = text
  if (className !== '') node.className = className
  return node
}

/** A sentence, in which whatever somebody else chose cannot turn the direction of what follows. */
export function sentence(tag: 'p' | 'li', text: string): HTMLElement {
  const whole = made(tag)
  const parts = text.split(/("(?:[^"\\]|\\.)*")/)
  whole.append(...parts.map((part, i) => (i % 2 === 1 ? made('bdi', part) : part)))
  return whole
}

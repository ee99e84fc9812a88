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

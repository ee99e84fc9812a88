/**
 * What the pages remember in this browser: the reader's own policy, and the last checkpoint of each
 * log that was seen. One that keeps nothing verifies all the same.
 *
 * @module
 */

const POLICY = 'accord policy'
const BORROWED = 'accord policy of the registry'
const CHECKPOINT = 'accord checkpoint '

/** The text of the reader's policy; null where there is none. */
export function rememberedPolicy(): string | null {
  return recalled(POLICY)
}

/** An empty policy is none. */
export function rememberPolicy(text: string): void {
  keep(POLICY, text.trim() === '' ? null : text)
}

/** The registry's own policy, as it was filled in: whose word it is stays known on other pages. */
export function borrowedPolicy(): string | null {
  return recalled(BORROWED)
}

/** Remembers a policy as the registry's. */
export function rememberBorrowed(text: string): void {
  keep(BORROWED, text)
}

/** The note of the last checkpoint of a log, by its origin. */
export function rememberedCheckpoint(origin: string): string | undefined {
  return recalled(CHECKPOINT + origin) ?? undefined
}

/** Those of every log, by their origins. */
export function rememberedCheckpoints(): Readonly<Record<string, string>> {
  const keys = permitted(() => Object.keys(localStorage)) ?? []
  const origins = keys.filter((key) => key.startsWith(CHECKPOINT))
  return Object.fromEntries(origins.map((key) => [key.slice(CHECKPOINT.length), recalled(key)!]))
}

/** Remembers the note of a checkpoint that was verified. */
export function rememberCheckpoint(note: string): void {
  keep(CHECKPOINT + note.slice(0, note.indexOf('\n')), note)
}

function recalled(name: string): string | null {
  return permitted(() => localStorage.getItem(name))
}

/** Keeps a text, where that is allowed and there is room; null for none. */
function keep(name: string, text: string | null): void {
  permitted(() =>
    text === null ? localStorage.removeItem(name) : localStorage.setItem(name, text),
  )
}

/** Browsers may refuse to keep anything, and say so by throwing. */
function permitted<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

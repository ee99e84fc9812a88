/**
 * What the pages remember in this browser: the reader's own policy, and the last checkpoint of each
 * log that was seen.
 *
 * @module
 */

const POLICY = 'accord policy'
const BORROWED = 'accord policy of the registry'
const CHECKPOINT = 'accord checkpoint '

/** The text of the reader's policy; null where there is none. */
export function rememberedPolicy(): string | null {
  return localStorage.getItem(POLICY)
}

/** An empty policy is none. */
export function rememberPolicy(text: string): void {
  if (text.trim() === '') localStorage.removeItem(POLICY)
  else localStorage.setItem(POLICY, text)
}

/** The registry's own policy, as it was filled in: whose word it is stays known on other pages. */
export function borrowedPolicy(): string | null {
  return localStorage.getItem(BORROWED)
}

/** Remembers a policy as the registry's. */
export function rememberBorrowed(text: string): void {
  localStorage.setItem(BORROWED, text)
}

/** The note of the last checkpoint of a log, by its origin. */
export function rememberedCheckpoint(origin: string): string | undefined {
  return localStorage.getItem(CHECKPOINT + origin) ?? undefined
}

/** Those of every log, by their origins. */
export function rememberedCheckpoints(): Readonly<Record<string, string>> {
  const origins = Object.keys(localStorage).filter((key) => key.startsWith(CHECKPOINT))
  return Object.fromEntries(
    origins.map((key) => [key.slice(CHECKPOINT.length), localStorage.getItem(key)!]),
  )
}

/** Remembers the note of a checkpoint that was verified. */
export function rememberCheckpoint(note: string): void {
  localStorage.setItem(CHECKPOINT + note.slice(0, note.indexOf('\n')), note)
}

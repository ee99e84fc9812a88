/**
 * Asking a domain for its keys.
 *
 * See docs/spec/domain-binding.md.
 *
 * @module
 */
import type { Check } from '../accord/state.ts'

/** What was seen on one channel. */
export interface Sighting {
  /** As `verification/v1` logs it. */
  readonly check: Check
  /** Why there was no answer, in words; null where there was one. */
  readonly why: string | null
  /** What is nearly right there, and is not counted. */
  readonly remarks: readonly string[]
}

/** What is asked. */
export interface Question {
  readonly origin: string
  readonly domain: string
  readonly methods: readonly Check['method'][]
  /** POSIX seconds. */
  readonly clock: () => number
}

/** How domains are asked. */
export type Asking = (question: Question) => Promise<readonly Sighting[]>

/** Asks a domain by each method. */
export function askDomain(asking: Asking, question: Question): Promise<readonly Sighting[]> {
  return asking(question)
}

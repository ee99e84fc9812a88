/**
 * What a page and its worker say to each other.
 *
 * @module
 */
import type { Answer, Question } from './whole-log.tsx'

/** The page asks once; to cancel, it ends the worker. */
export type Work = Question

/** How many entries of how many are done. */
export interface Progress {
  readonly kind: 'progress'
  readonly done: number
  readonly total: number
}

/** The answer. */
export interface Done {
  readonly kind: 'done'
  readonly answer: Answer
}

/** Why there is none: the code of a `ClientError` or a `TlogError`, and its message. */
export interface Failed {
  readonly kind: 'failed'
  readonly code: string
  readonly message: string
  /** Of a log that contradicts what was seen before: that checkpoint, and the one that is served. */
  readonly notes?: readonly string[] | undefined
}

/** What a worker says. */
export type Said = Progress | Done | Failed

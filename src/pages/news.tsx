/**
 * What happened, in words: a list of it, the newest first.
 *
 * @module
 */
import { CHANGES } from './english.ts'
import type { Frame, Sentence } from './frame.ts'
import { Says, Time } from './marks.tsx'

/** Something that happened. */
export interface Happening {
  /** POSIX seconds. */
  readonly at: number
  readonly says: Sentence
  /** The entry that did it, and its statement; null for what time alone did. */
  readonly entry: { readonly index: number; readonly digest: string } | null
}

/** Happenings, in the order given. */
export function News({
  frame,
  news,
}: {
  readonly frame: Frame
  readonly news: readonly Happening[]
}) {
  return (
    <ol class="news">
      {news.map(({ at, says, entry }) => (
        <li>
          <p class="quiet">
            <Time at={at} />
            {' · '}
            {entry ? (
              <a href={`/attestations/${entry.digest}`}>{CHANGES.entry(entry.index)}</a>
            ) : (
              CHANGES.byTime
            )}
          </p>
          <p>
            <Says frame={frame} says={says} />
          </p>
        </li>
      ))}
    </ol>
  )
}

/**
 * Small things that every page is made of. Whatever somebody else chose is isolated, so that its
 * direction ends where it ends.
 *
 * @module
 */
import type { PropsWithChildren } from 'hono/jsx'
import { sayDomain } from '../accord/label.ts'
import type { Word } from '../accord/word.ts'
import { FRAME, sayDay, sayNumber, sayTime, WORDS } from './english.ts'
import { type Frame, type Named, pathAt, type Sentence } from './frame.ts'

/** A party: never its name without its domain. */
export function Who({ frame, who }: { readonly frame: Frame; readonly who: Named }) {
  return (
    <a class="who" href={pathAt(frame, `/parties/${who.domain}`)}>
      <Name who={who} />
    </a>
  )
}

/** The same without a link. */
export function Name({ who: { domain, name } }: { readonly who: Named }) {
  return (
    <>
      {name !== null && (
        <>
          <bdi class="name">{name}</bdi>{' '}
        </>
      )}
      <bdi class="domain" dir="ltr">
        {sayDomain(domain)}
      </bdi>
    </>
  )
}

/** Text that somebody else chose, line by line. */
export function Prose({ text }: { readonly text: string }) {
  return (
    <>
      {text.split('\n').map((line) => (
        <p dir="auto">{line}</p>
      ))}
    </>
  )
}

/** A sentence with its parties as links. */
export function Says({ frame, says }: { readonly frame: Frame; readonly says: Sentence }) {
  return (
    <>
      {says.map((part) => (
        <Part frame={frame} part={part} />
      ))}
    </>
  )
}

function Part({ frame, part }: { readonly frame: Frame; readonly part: Sentence[number] }) {
  if (typeof part === 'string') return <>{part}</>
  if ('domain' in part) return <Who frame={frame} who={part} />
  const { instrument, version } = part
  const path = `/instruments/${instrument}${version === null ? '' : `/v${version}`}`
  return <a href={pathAt(frame, path)}>{instrument}</a>
}

/** What a commitment is called: a word, which its colour only repeats. */
export function Standing({
  word,
  suspended,
}: {
  readonly word: Word
  readonly suspended: boolean
}) {
  return (
    <span class={`word ${suspended ? 'suspended' : word}`}>
      {WORDS[word]}
      {suspended && ', suspended'}
    </span>
  )
}

/** A moment, in POSIX seconds. */
export function Time({ at }: { readonly at: number }) {
  return <time datetime={isoOf(at)}>{sayTime(at)}</time>
}

/** A moment, of which the day matters. */
export function Day({ at }: { readonly at: number }) {
  return (
    <time datetime={isoOf(at)} title={sayTime(at)}>
      {sayDay(at)}
    </time>
  )
}

/** A day in a table, from a time as statements spell it. */
export function ShortDay({ of }: { readonly of: string }) {
  return (
    <time datetime={of} class="short">
      {of.slice(0, 10)}
    </time>
  )
}

/** A time as it goes into addresses and attributes. */
export function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}

/** Entries of the log, by their indexes. */
export function Entries({ indexes }: { readonly indexes: readonly number[] }) {
  return (
    <>
      {indexes.map((index, i) => (
        <>
          {i > 0 && ', '}
          <a href={`/log/entries/${index}`}>{sayNumber(index)}</a>
        </>
      ))}
    </>
  )
}

/** A digest, key or hash: it may break anywhere. */
export function Mono({ children }: PropsWithChildren) {
  return <code class="mono">{children}</code>
}

/** What is wider than a phone scrolls by itself, and can be reached with the keyboard. */
export function Wide({ label, children }: PropsWithChildren<{ readonly label: string }>) {
  return (
    <section class="wide" aria-label={`${label}. ${FRAME.scroll}`} tabindex={0}>
      {children}
    </section>
  )
}

/** A name and what it stands for, several times. */
export function Facts({ of }: { readonly of: readonly (readonly [string, unknown])[] }) {
  return (
    <dl class="facts">
      {of.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value as string}</dd>
        </div>
      ))}
    </dl>
  )
}

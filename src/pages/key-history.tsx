/**
 * Which keys a party held when.
 *
 * @module
 */
import type { Key } from '../accord/state.ts'
import { PARTY as t } from './english.ts'
import { Day, Entries, Mono } from './marks.tsx'

/** Keys that were in force together. */
export interface Keys {
  readonly keys: readonly Key[]
  readonly threshold: number
  readonly recovery: { readonly keys: readonly Key[]; readonly threshold: number } | null
  /** The enrolment that said so. */
  readonly index: number
  /** POSIX seconds; `to` is null while they are in force. */
  readonly from: number
  readonly to: number | null
}

/** The keys of a party, the latest first. */
export function KeyHistory({ of }: { of: readonly Keys[] }) {
  return (
    <section aria-labelledby="keys">
      <h2 id="keys">{t.keys}</h2>
      <p>{t.keysLead}</p>
      {of.map(({ keys, threshold, recovery, index, from, to }) => (
        <article class="held">
          <h3>
            <Day at={from} /> – {to === null ? t.still : <Day at={to} />}
          </h3>
          <p class="quiet">
            <Entries indexes={[index]} />
          </p>
          <Keyring name={t.daily} keys={keys} threshold={threshold} />
          {recovery && (
            <Keyring name={t.recovery} keys={recovery.keys} threshold={recovery.threshold} />
          )}
        </article>
      ))}
    </section>
  )
}

function Keyring(props: { name: string; keys: readonly Key[]; threshold: number }) {
  const { name, keys, threshold } = props
  return (
    <>
      <p>
        {name}: {t.needed(threshold, keys.length)}
      </p>
      <ul>
        {keys.map(({ vkey, role }) => (
          <li>
            <bdi>{role}</bdi>: <Mono>{vkey}</Mono>
          </li>
        ))}
      </ul>
    </>
  )
}

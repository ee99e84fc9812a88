/**
 * The page on which a company signs. Without scripts it shows the text and how to sign it on a
 * command line; what signs in the browser fills the place that is kept for it.
 *
 * @module
 */
import type { InstrumentV1 } from '../accord/statement.ts'
import { CLAUSES, RESERVABLE, sayTerms, INSTRUMENT as t } from './english.ts'
import { SIGN } from './english-sign.ts'
import type { Frame } from './frame.ts'
import { Facts, Prose } from './marks.tsx'
import { Reading } from './reading.tsx'

/** What the page shows. */
export interface Signing {
  readonly frame: Frame
  readonly instruments: readonly { readonly id: string; readonly title: string }[]
  /** The latest version of the text that was chosen; null before. */
  readonly chosen: InstrumentV1 | null
  /** Path of the script that seals and opens key files; null where it was not built. */
  readonly keyFile: string | null
}

/** How a company signs. */
export function SignPage(props: Signing) {
  const { frame, instruments, chosen } = props
  const id = chosen?.id ?? instruments[0]?.id ?? 'INSTRUMENT'
  return (
    <Reading
      frame={frame}
      title={SIGN.title}
      lead={SIGN.lead}
      parts={SIGN.parts(frame.base, id)}
      first={
        <>
          <Choosing {...props} />
          {chosen && (
            <>
              <Contents />
              <Text text={chosen} />
            </>
          )}
          <Place {...props} />
          <h2 id="by-command">{SIGN.byCommand}</h2>
          <p>{SIGN.byCommandLead}</p>
        </>
      }
    />
  )
}

function Choosing({ instruments, chosen }: Signing) {
  return (
    <form action="/sign">
      <label>
        {SIGN.choose}
        <select name="instrument">
          {instruments.map(({ id, title }) => (
            <option value={id} dir="auto" selected={id === chosen?.id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{SIGN.show}</button>
    </form>
  )
}

function Contents() {
  return (
    <nav aria-label={t.contents}>
      <ul class="contents">
        {SIGN.contents.map(([id, name]) => (
          <li>
            <a href={`#${id}`}>{name}</a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** The words that are signed. */
function Text({ text }: { text: InstrumentV1 }) {
  return (
    <section aria-labelledby="words">
      <h2 id="words" dir="auto">
        {text.title}
      </h2>
      <p>
        {SIGN.version(text.version)}{' '}
        <a href={`/instruments/${text.id}/v${text.version}`}>{SIGN.whole}</a>
      </p>
      <div class="text" lang={text.language}>
        <Prose text={text.preamble} />
      </div>
      {text.clauses.map((clause) => (
        <article class="clause" lang={text.language}>
          <h3 dir="auto">
            <span class="clause-id">{clause.id}</span>
            {clause.title}
          </h3>
          <p class="quiet" lang="en">
            {CLAUSES[clause.kind]}; {RESERVABLE[clause.reservable]}
          </p>
          <div class="text">
            <Prose text={clause.text} />
          </div>
        </article>
      ))}
      <h2 id="terms">{t.terms}</h2>
      <Facts of={sayTerms(text.terms)} />
    </section>
  )
}

/** Where the script finds its place, and what it cannot know by itself. */
function Place({ frame, chosen, keyFile }: Signing) {
  if (frame.mirrorOf !== null) {
    return (
      <p>
        {SIGN.mirror} <a href={`${frame.mirrorOf}/sign`}>{frame.mirrorOf}</a>
      </p>
    )
  }
  return (
    <div
      id="here"
      data-sign={chosen?.id ?? ''}
      data-origin={frame.origin}
      data-key-file={keyFile ?? ''}
    ></div>
  )
}

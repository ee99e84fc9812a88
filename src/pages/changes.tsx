/**
 * What changed between two moments.
 *
 * @module
 */
import { CHANGES as t } from './english.ts'
import { type Frame, formatPath } from './frame.ts'
import { Layout } from './layout.tsx'
import { type Happening, News } from './news.tsx'

/** A tree size, and its time in POSIX seconds. */
interface Bound {
  readonly size: number
  readonly at: number
}

/** What the page shows. */
export interface ChangesView {
  readonly frame: Frame
  /** As they were asked for. */
  readonly asked: { readonly from: string; readonly to: string }
  readonly from: Bound
  readonly to: Bound
  readonly news: readonly Happening[]
  /** Where the page goes on: a tree size; null where it shows all. */
  readonly next: number | null
}

/** The page of changes. */
export function ChangesPage({ frame, asked, from, to, news, next }: ChangesView) {
  return (
    <Layout frame={frame} title={t.title} description={t.lead}>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      <form action="/changes">
        <label>
          {t.from}
          <input name="from" value={asked.from} placeholder={t.hint} />
        </label>
        <label>
          {t.to}
          <input name="to" value={asked.to} placeholder={t.hint} />
        </label>
        <button type="submit">{t.show}</button>
      </form>
      <section aria-labelledby="between">
        <h2 id="between">{t.between(from.at, to.at)}</h2>
        <p class="quiet">{t.sizes(from.size, to.size)}</p>
        {news.length === 0 ? <p>{t.nothing}</p> : <News frame={frame} news={news} />}
        {next !== null && (
          <p>
            <a href={formatPath('/changes', { from: next, to: asked.to })}>{t.more}</a>
          </p>
        )}
      </section>
      <p class="quiet">
        <a href={formatPath('/v1/changes', { from: from.size, to: to.size })}>{t.same}</a>.{' '}
        {t.feeds}: <a href="/v1/feed.atom">Atom</a>, <a href="/v1/feed.json">JSON</a>.
      </p>
    </Layout>
  )
}

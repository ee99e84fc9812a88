/**
 * What is around every page.
 *
 * @module
 */
import type { PropsWithChildren } from 'hono/jsx'
import { LANGUAGE, sayNumber, FRAME as t } from './english.ts'
import { type Clock, type Frame, formatPath, pathAt } from './frame.ts'
import { isoOf, Time, Who } from './marks.tsx'

/** A page's own facts. */
interface Head {
  readonly frame: Frame
  readonly title: string
  /** A sentence for whoever sees only a link to the page. */
  readonly description: string
  /** Paths of the feeds of what the page is about, without their endings. */
  readonly feed?: string | undefined
  /** Path of an image that shows the same. */
  readonly image?: string | undefined
}

/** A whole document. */
export function Layout(props: PropsWithChildren<Head>) {
  const { frame, children } = props
  return (
    <html lang={LANGUAGE}>
      <Meta {...props} />
      <body>
        <a class="skip" href="#content">
          {t.skip}
        </a>
        <Banner frame={frame} />
        <main id="content">
          {frame.mirrorOf !== null && <Mirror of={frame.mirrorOf} />}
          {frame.clock && <Moment frame={frame} clock={frame.clock} />}
          {children}
        </main>
        <Foot frame={frame} />
      </body>
    </html>
  )
}

function Meta({
  frame,
  title,
  description,
  feed = '/v1/feed',
  image = '/social/registry.png',
}: Head) {
  // An error's path is whatever was asked for; an address has ASCII alone.
  const url = new URL(frame.base + frame.path).href
  const whole = frame.path === '/' ? `${t.name}: ${title}` : `${title} · ${t.name}`
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{whole}</title>
      <meta name="description" content={description} />
      <meta name="color-scheme" content="light dark" />
      <link rel="canonical" href={url} />
      <link rel="stylesheet" href={frame.stylesheet} />
      <link rel="icon" type="image/svg+xml" href={frame.icon} />
      <link rel="alternate" type="application/atom+xml" href={`${feed}.atom`} />
      <link rel="alternate" type="application/feed+json" href={`${feed}.json`} />
      <meta property="og:type" content="website" />
      <meta property="og:site_name" content={t.name} />
      <meta property="og:title" content={title} />
      <meta property="og:description" content={description} />
      <meta property="og:url" content={url} />
      <meta property="og:image" content={frame.base + image} />
      <meta name="twitter:card" content="summary_large_image" />
      {frame.scripts.map((src) => (
        <script type="module" src={src} />
      ))}
    </head>
  )
}

function Banner({ frame }: { frame: Frame }) {
  const here = (path: string) =>
    frame.path === path ? 'page' : frame.path.startsWith(`${path}/`) ? 'true' : undefined
  return (
    <header class="banner">
      <a class="brand" href="/">
        <img src={frame.icon} alt="" width="28" height="28" />
        {t.name}
      </a>
      <nav aria-label={t.nav}>
        <ul>
          {t.menu.map(([path, name]) => (
            <li>
              <a href={pathAt(frame, path)} aria-current={here(path)}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <search>
        <form class="search" action="/search">
          <input type="search" name="q" aria-label={t.searchFor} placeholder={t.searchFor} />
          <button type="submit">{t.search}</button>
        </form>
      </search>
    </header>
  )
}

/** Says that this is a copy, and whose. */
function Mirror({ of }: { of: string }) {
  return (
    <aside class="moment past" aria-label={t.mirror}>
      <p>
        <strong>{t.mirror}</strong> {t.mirrorOf} <a href={of}>{of}</a>. {t.mirrorChecked}
      </p>
    </aside>
  )
}

/** The page with both clocks in its address: what it says does not change any more. */
function fixedPath({ path, clock }: Frame): string {
  if (!clock) return encodeURI(path)
  return formatPath(path, { at: isoOf(clock.at), size: clock.size })
}

/** Says which moment a page is about, and lets the reader choose another. */
function Moment({ frame, clock }: { frame: Frame; clock: Clock }) {
  const { at, size, asked } = clock
  const past = asked.at !== null || asked.size !== null
  return (
    <aside
      class={past ? 'moment past' : 'moment'}
      aria-label={t.asOf}
      data-at={at}
      data-size={size}
    >
      <p>
        {past && <strong>{clock.future ? t.future : t.past} </strong>}
        {t.asOf} <Time at={at} />, {t.knownAt} <a href={pathAt(frame, '/log')}>{sayNumber(size)}</a>
        .
        {past && (
          <>
            {' '}
            <a href={frame.path}>{t.now}</a>
          </>
        )}
      </p>
      <p>
        <a href={fixedPath(frame)} rel="nofollow">
          {t.fixed}
        </a>
      </p>
      <details>
        <summary>{t.another}</summary>
        <form action={frame.path}>
          <label>
            {t.validAt}
            <input type="date" name="at" value={asked.at?.slice(0, 10) ?? ''} />
          </label>
          <label>
            {t.known}
            <input type="number" name="size" min="1" value={asked.size ?? ''} />
          </label>
          <button type="submit">{t.show}</button>
        </form>
      </details>
    </aside>
  )
}

function Foot({ frame }: { frame: Frame }) {
  return (
    <footer class="foot">
      <p class="printed">
        {t.printed}
        <span class="mono">{`${frame.base}${fixedPath(frame)}`}</span>
      </p>
      <p>
        {t.word}
        <a href="/trust">{t.prove}</a>.
      </p>
      <ul>
        {t.foot.map(([path, name]) => (
          <li>
            <a href={path}>{name}</a>
          </li>
        ))}
      </ul>
      <p>
        {frame.keeper && (
          <>
            {t.keptBy}
            <Who frame={frame} who={frame.keeper} />.{' '}
          </>
        )}
        {t.licence} <span class="mono">{frame.origin}</span>
      </p>
    </footer>
  )
}

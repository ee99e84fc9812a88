/**
 * Feeds: the latest changes, of everything, of a party or of an instrument, as Atom and JSON Feed.
 *
 * An item's id is a tag URI that never changes: the entry's index, and for what changed by time
 * alone the entry that led to it.
 *
 * See https://www.rfc-editor.org/rfc/rfc4287, https://www.jsonfeed.org/version/1.1/ and
 * https://www.rfc-editor.org/rfc/rfc4151.
 *
 * @module
 */
import { Feed } from 'feed'
import { formatTime } from '../accord/text.ts'

/** A feed before it is written. All texts are plain. */
export interface FeedToWrite {
  /** A URI for ever. */
  readonly id: string
  readonly title: string
  /** Who speaks. */
  readonly author: string
  /** The page that shows the same to people. */
  readonly home: string
  /** Where the feed itself is; null for a file. */
  readonly self: string | null
  /** POSIX seconds. */
  readonly updated: number
  /** The newest first. */
  readonly items: readonly FeedItem[]
}

/** An item of a feed. */
export interface FeedItem {
  /** A URI for ever. */
  readonly id: string
  readonly title: string
  readonly text: string
  readonly url: string
  /** POSIX seconds. */
  readonly at: number
}

const RIGHTS = 'CC0-1.0'

/** Writes a feed as Atom. */
export function formatAtom(feed: FeedToWrite): string {
  const { id, title, author, home, self, updated, items } = feed
  const atom = new Feed({
    id,
    title: kept(title),
    link: home,
    ...(self === null ? {} : { feed: self }),
    updated: new Date(updated * 1000),
    author: { name: kept(author) },
    copyright: RIGHTS,
    generator: false,
  })
  for (const item of items) {
    atom.addItem({
      id: item.id,
      title: html(item.title),
      content: html(item.text),
      link: item.url,
      date: new Date(item.at * 1000),
    })
  }
  return `${atom.atom1()}\n`
}

/** The package folds `&amp;` to `&` before it escapes: what stands there is escaped once more. */
function kept(text: string): string {
  return text.replaceAll('&', '&amp;')
}

/** Text as HTML: the package puts it into CDATA as it is, and calls it HTML. */
function html(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
  return text.replace(/[&<>]/g, (c) => escapes[c]!)
}

/** Writes a feed as JSON Feed 1.1. */
export function formatJsonFeed(feed: FeedToWrite): string {
  const { title, author, home, self, items } = feed
  const value = {
    version: 'https://jsonfeed.org/version/1.1',
    title,
    home_page_url: home,
    ...(self === null ? {} : { feed_url: self }),
    language: 'en',
    authors: [{ name: author }],
    items: items.map((item) => ({
      id: item.id,
      url: item.url,
      title: item.title,
      content_text: item.text,
      date_published: formatTime(item.at),
    })),
  }
  return `${JSON.stringify(value, null, 2)}\n`
}

/** A tag URI of a log: its host, the year in which it began, and a path within it. */
export function tagOf(origin: string, founded: number, path: string): string {
  const [host, ...rest] = origin.split('/')
  const specific = [...rest, ...path.split('/')].map(encodeURIComponent).join('/')
  return `tag:${host},${formatTime(founded).slice(0, 4)}:${specific}`
}

/**
 * Markup, read strictly: HTML as the pages write it, Atom and SVG.
 *
 * @module
 */

/** An element with what is in it; texts and the values of attributes are unescaped. */
export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly inner: (Element | string)[]
}

const TOKEN =
  /<\?xml[^?]*\?>|<!doctype html>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:-]+)((?:\s[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>|([^<>]+)/gy

/** Reads a document. @throws where anything stands there that is none of markup's forms */
export function parseMarkup(text: string): Element {
  const root: Element = { name: '', attributes: new Map(), inner: [] }
  const open = [root]
  let end = 0
  for (const [whole, cdata, closing, name, attributes, empty, plain] of text.matchAll(TOKEN)) {
    end += whole.length
    const parent = open.at(-1)!
    if (cdata !== undefined) parent.inner.push(cdata)
    else if (plain !== undefined) parent.inner.push(unescaped(plain))
    else if (closing) {
      if (open.pop()!.name !== name) throw new Error(`${parent.name} is closed by ${name}`)
    } else if (name !== undefined) {
      const element = { name, attributes: attributesOf(attributes!), inner: [] }
      parent.inner.push(element)
      if (!empty) open.push(element)
    }
  }
  if (end !== text.length) throw new Error(`no markup: ${text.slice(end, end + 60)}`)
  if (open.length !== 1) throw new Error(`${open.at(-1)!.name} is not closed`)
  return root.inner.find((e): e is Element => typeof e !== 'string')!
}

function attributesOf(text: string): Map<string, string> {
  const pairs = [...text.matchAll(/\s([\w:-]+)(?:="([^"]*)")?/g)]
  const found = new Map(pairs.map(([, name, value]) => [name!, unescaped(value ?? '')]))
  if (found.size !== pairs.length) throw new Error(`an attribute twice:${text}`)
  return found
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** Text whose every ampersand begins a reference. */
function unescaped(text: string): string {
  if (/&(?!(?:amp|lt|gt|quot|#\d+);)/.test(text)) throw new Error(`a bare ampersand: ${text}`)
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, point, name) =>
    point === undefined ? ENTITIES[name]! : String.fromCodePoint(Number(point)),
  )
}

/** All elements below one, by a condition. */
export function elementsIn(of: Element, wanted: (e: Element) => boolean): Element[] {
  return of.inner.flatMap((e) =>
    typeof e === 'string' ? [] : [...(wanted(e) ? [e] : []), ...elementsIn(e, wanted)],
  )
}

/** The text of an element. */
export function textOf(of: Element): string {
  return of.inner.map((e) => (typeof e === 'string' ? e : textOf(e))).join('')
}

const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFE]/

/** Whether letters that run from right to left stand between isolates alone. */
export function isIsolated(text: string): boolean {
  return !RIGHT_TO_LEFT.test(text.replace(/\u2068[^\u2068\u2069]*\u2069/g, ''))
}

/** Whatever of an HTML document could turn the direction of what stands beside it. */
export function leaksOf(of: Element, own = false): string[] {
  const told = [...of.attributes]
    .filter(([name]) => ['content', 'alt', 'aria-label', 'title'].includes(name))
    .map(([, value]) => value)
  const isOwn = own || of.name === 'bdi' || of.name === 'pre' || of.attributes.get('dir') === 'auto'
  return [
    ...told.filter((value) => !isIsolated(value)),
    ...of.inner.flatMap((e) => {
      if (typeof e !== 'string') return leaksOf(e, isOwn)
      return isOwn || isIsolated(e) ? [] : [e]
    }),
  ]
}

/**
 * Readers of the formats that are answered with, as strict as their specifications.
 *
 * @module
 */

/** Reads RFC 4180, and nothing else. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy
  let row: string[] = []
  for (let m = cell.exec(text); m; m = cell.exec(text)) {
    row.push(m[1]!.startsWith('"') ? m[1]!.slice(1, -1).replaceAll('""', '"') : m[1]!)
    if (m[2] === ',') continue
    rows.push(row)
    row = []
    if (cell.lastIndex === text.length) return rows
  }
  throw new Error(`not CSV: ${JSON.stringify(text)}`)
}

/** Properties of a component, by their names, unescaped. */
export type Properties = ReadonlyMap<string, string>

/** Reads a calendar by RFC 5545: CRLF, folds, at most 75 octets a line, components nested. */
export function parseCalendar(text: string): { head: Properties; events: Properties[] } {
  const raw = text.split('\r\n')
  if (raw.pop() !== '' || /[\r\n]/.test(raw.join(''))) throw new Error('a line without its end')
  const long = raw.find((line) => Buffer.byteLength(line) > 75)
  if (long !== undefined) throw new Error(`more than 75 octets: ${long}`)
  const head = new Map<string, string>()
  const events: Map<string, string>[] = []
  const open: string[] = []
  for (const line of raw
    .join('\n')
    .replace(/\n[ \t]/g, '')
    .split('\n')) {
    const [, name, value] = /^([A-Z-]+)(?:;[^:]*)?:(.*)$/.exec(line) ?? []
    if (name === undefined) throw new Error(`no property: ${line}`)
    if (name === 'BEGIN') {
      open.push(value!)
      if (value === 'VEVENT') events.push(new Map())
    } else if (name === 'END') {
      if (open.pop() !== value) throw new Error(`ended by ${value}`)
    } else if (open.length <= 2) {
      ;(open.length === 1 ? head : events.at(-1)!).set(name, plain(value!))
    }
  }
  if (open.length > 0) throw new Error(`${open.at(-1)} has no end`)
  return { head, events }
}

function plain(value: string): string {
  return value.replace(/\\(.)/g, (_, c) => (c === 'n' || c === 'N' ? '\n' : c))
}

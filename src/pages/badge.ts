/**
 * The badge: an image that a party shows on its own pages, and that says what is true now.
 *
 * It has no style, script, font or address in it, so that it can be drawn under any policy. Widths
 * are reckoned without a browser; Western letters are fitted to what was reckoned, and whatever else
 * is wider ends with the image.
 *
 * @module
 */
import { isolated } from '../accord/direction.ts'
import { sayDomain } from '../accord/label.ts'
import type { Standing } from '../accord/standing.ts'
import type { Declaration } from '../accord/state.ts'
import { isBinding, type Word } from '../accord/word.ts'
import { sayDay, sayTime } from './english.ts'
import { BADGE_CONTROL, BADGE_WORDS, BADGE as t } from './english-pack.ts'

/** What a badge is about. */
export interface Badge {
  readonly domain: string
  /** Of the version that was signed, or the latest. */
  readonly title: string
  /** Null for a domain whose party the log had not heard of. */
  readonly standing: Standing | null
  /** POSIX seconds. */
  readonly at: number
  readonly origin: string
}

/** How a word is coloured; the colour only repeats it. */
const TONES = { bound: '#1f5c38', soon: '#7a4a06', gone: '#5d5a51', against: '#97241c' } as const

const TONE_OF: Readonly<Record<Word, keyof typeof TONES>> = {
  none: 'gone',
  pending: 'soon',
  unratified: 'soon',
  active: 'bound',
  due: 'soon',
  overdue: 'soon',
  lapsed: 'gone',
  withdrawing: 'soon',
  withdrawn: 'gone',
  refused: 'gone',
  succeeded: 'gone',
  ended: 'gone',
}

/** Greatest number of characters that a line shows. */
const LONGEST = 48

const HEIGHT = 76
const LEFT = 56
const FONT = 'font-family="Helvetica,Arial,\'Liberation Sans\',sans-serif"'

/** The media type's text. */
export function formatBadge(badge: Badge): string {
  const { domain, title, standing, at, origin } = badge
  const { word, tone } = sayBadge(standing)
  const shown = sayDomain(domain)
  const lines = [
    {
      text: shortened(shown, 'start'),
      size: 15,
      y: 25,
      style: 'font-weight="700" fill="#1d1c19"',
    },
    { text: shortened(title, 'end'), size: 13, y: 44, style: 'fill="#5d5a51"' },
    { text: `${word}, ${t.asOf(sayDay(at))}`, size: 13, y: 63, style: `fill="${TONES[tone]}"` },
  ]
  const width =
    LEFT + 16 + Math.ceil(Math.max(...lines.map(({ text, size }) => widthOf(text, size))))
  const label = escaped(t.title(shown, isolated(title), word, sayTime(at), origin))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${label}">`,
    `<title>${label}</title>`,
    `<rect x=".5" y=".5" width="${width - 1}" height="${HEIGHT - 1}" rx="6" fill="#fff" stroke="#dcd8cb"/>`,
    '<g fill="none" stroke="#0a5060" stroke-width="2.5"><circle cx="23" cy="38" r="9"/><circle cx="33" cy="38" r="9"/></g>',
    ...lines.map(formatLine),
    '</svg>\n',
  ].join('')
}

function formatLine(line: { text: string; size: number; y: number; style: string }): string {
  const { text, size, y, style } = line
  const fitted = /^[ -~…]*$/.test(text)
    ? ` textLength="${widthOf(text, size).toFixed(1)}" lengthAdjust="spacingAndGlyphs"`
    : ''
  return `<text x="${LEFT}" y="${y}" font-size="${size}" ${FONT} ${style}${fitted}>${escaped(text)}</text>`
}

/** What is true: never only that somebody signed, where that is not all. */
export function sayBadge(standing: Standing | null): { word: string; tone: keyof typeof TONES } {
  if (!standing) return { word: BADGE_WORDS.none, tone: 'gone' }
  const { commitment, version, control, reporting, caveats } = standing
  const { word } = commitment
  if (!isBinding(word)) return { word: BADGE_WORDS[word], tone: TONE_OF[word] }
  if (commitment.suspended) return { word: t.suspended, tone: 'against' }
  const seen = BADGE_CONTROL[control.word]
  const earlier = version.word === 'superseded' ? t.earlier(version.signed!, version.latest) : null
  const tone = control.word === 'mismatch' ? 'against' : seen ? 'soon' : TONE_OF[word]
  const all = [
    BADGE_WORDS[word],
    earlier,
    caveats.reservations.length > 0 ? t.reserved(caveats.reservations.length) : null,
    caveats.declarations.some(isCarveOut) ? t.carveOut : null,
    reporting.word === 'missed' ? t.missed : null,
    seen,
  ]
  return { word: all.filter((s) => s !== null).join(', '), tone }
}

/** Whether a declaration takes something out of what is promised. */
function isCarveOut({ value }: Declaration): boolean {
  return value === 'carve-out'
}

/** The lines of HTML by which a page shows a badge. They say nothing that could stop being true. */
export function formatEmbed(embed: {
  /** Of the registry; no slash at its end. */
  readonly base: string
  readonly domain: string
  readonly instrument: string
  readonly title: string
}): string {
  const { base, domain, instrument, title } = embed
  const image = `${base}/badge/${domain}/${instrument}.svg`
  return `<a href="${escaped(`${base}/parties/${domain}`)}"><img src="${escaped(image)}" alt="${escaped(t.embedded(sayDomain(domain), isolated(title)))}" height="${HEIGHT}"></a>`
}

/** What a domain ends with says whose it is; a title is known by its beginning. */
function shortened(text: string, cut: 'start' | 'end'): string {
  const points = [...text]
  if (points.length <= LONGEST) return text
  return cut === 'start'
    ? `…${points.slice(1 - LONGEST).join('')}`
    : `${points.slice(0, LONGEST - 1).join('')}…`
}

/** Widths of ASCII from the space on in thousandths, as Helvetica has them; bold and other typefaces are wider. */
const WIDTHS =
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584'
    .split(' ')
    .map(Number)

/** How wide a text is drawn. Of other letters the wide ones are as wide as they are high. */
function widthOf(text: string, size: number): number {
  let width = 0
  for (const character of text) {
    const point = character.codePointAt(0)!
    const narrow = /^\p{M}$/u.test(character) ? 0 : 600
    width += WIDTHS[point - 32] ?? (point >= 0x1100 && narrow > 0 ? 1000 : narrow)
  }
  return (width * size * 1.1) / 1000
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}

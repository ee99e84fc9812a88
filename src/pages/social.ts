/**
 * The image that others show beside a link to a page: what the page answers, with its day.
 *
 * Its typeface has Western letters only. A title that it cannot draw is left to the page, and the id
 * of the text stands in its place; parties are their domains, which it can always draw.
 *
 * See https://ogp.me.
 *
 * @module
 */
import { type Colour, Picture } from './raster.ts'
import { arcOf, isDrawable, strokesOf, widthOf } from './stroke-font.ts'

/** What is shown. */
export interface Social {
  /** What kind of thing it is about. */
  readonly over: string
  readonly heading: string
  /** Answers; the first few are shown. */
  readonly lines: readonly { readonly text: string; readonly tone: Tone }[]
  /** Where it is from, and of which day. */
  readonly foot: string
}

/** How an answer is coloured; the colour only repeats it. */
export type Tone = 'ink' | 'bound' | 'soon' | 'gone' | 'against'

/** Of the image, in pixels. */
export const SIZE = { width: 1200, height: 630 } as const

const GROUND: Colour = [0xfb, 0xfa, 0xf6]
const COLOURS: Readonly<Record<Tone | 'mark', Colour>> = {
  ink: [0x1d, 0x1c, 0x19],
  bound: [0x1f, 0x5c, 0x38],
  soon: [0x7a, 0x4a, 0x06],
  gone: [0x5d, 0x5a, 0x51],
  against: [0x97, 0x24, 0x1c],
  mark: [0x2f, 0x82, 0x91],
}
const NAMES = Object.keys(COLOURS)

const LEFT = 90
const MEASURE = SIZE.width - 2 * LEFT

/** How many answers there is room for. */
const LINES = 3

/** Draws the image as a PNG file. */
export function formatSocial({ over, heading, lines, foot }: Social): Uint8Array {
  const picture = new Picture(SIZE.width, SIZE.height, GROUND, Object.values(COLOURS))
  const mark = [110, 142].map((x) => arcOf(x, 110, 30, 30, 0, 360))
  picture.strokes(mark, 7, NAMES.indexOf('mark'))
  write(picture, over, 200, 96, { size: 4.4, tone: 'gone' })
  write(picture, heading, LEFT, 200, { size: 11, tone: 'ink' })
  lines.slice(0, LINES).forEach(({ text, tone }, i) => {
    write(picture, text, LEFT, 325 + i * 64, { size: 5.2, tone })
  })
  write(picture, foot, LEFT, 552, { size: 3.6, tone: 'gone' })
  return picture.png()
}

/** The first of these that can be drawn. */
export function drawable(...texts: readonly string[]): string {
  return texts.find(isDrawable) ?? ''
}

/** Writes a line, smaller where it is too long, and at the least size without its beginning. */
function write(
  picture: Picture,
  text: string,
  x: number,
  y: number,
  { size, tone }: { size: number; tone: Tone },
): void {
  const room = MEASURE + LEFT - x
  const { text: shown, size: unit } = fitted(text, size, room)
  const placed = strokesOf(shown).map((stroke) =>
    stroke.map(([dx, dy]) => [x + dx * unit, y + dy * unit + (size - unit) * 3.5] as const),
  )
  picture.strokes(placed, unit * 0.85, NAMES.indexOf(tone))
}

/** The least size of a letter's unit that can be read where images are shown small. */
const LEAST = 3.2

function fitted(text: string, size: number, room: number): { text: string; size: number } {
  const unit = Math.min(size, room / widthOf(text))
  if (unit >= Math.min(LEAST, size)) return { text, size: unit }
  const points = [...text]
  return fitted(`…${points.slice(text.startsWith('…') ? 2 : 1).join('')}`, size, room)
}

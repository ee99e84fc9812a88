/**
 * A typeface of strokes, for images that are drawn without any other: Western letters, and what
 * stands between them in titles and dates.
 *
 * A glyph is strokes, with `;` between them: a polyline as `x y x y …`, or an elliptical arc as
 * `E cx cy rx ry from to` in degrees, clockwise from the right. Capitals stand from 0 to 7, downwards.
 *
 * @module
 */

/** A polyline: its points. One point is a dot. */
export type Stroke = readonly (readonly [x: number, y: number])[]

/** The round of most small letters. */
const O = 'E 2 4.65 2 2.35 0 360'

const GLYPHS: Readonly<Record<string, string>> = {
  a: `${O};4 2.3 4 7`,
  b: `0 0 0 7;${O}`,
  c: 'E 2 4.65 2 2.35 45 315',
  d: `${O};4 0 4 7`,
  e: '0 4.65 4 4.65;E 2 4.65 2 2.35 180 360;E 2 4.65 2 2.35 180 45',
  f: '1 7 1 1.6;E 2.4 1.6 1.4 1.6 180 285;0 2.5 2.6 2.5',
  g: `${O};4 2.3 4 7.2;E 2 7.2 2 1.9 0 140`,
  h: '0 0 0 7;E 2 4.3 2 2 180 360;4 4.3 4 7',
  i: '0 2.3 0 7;0 .4',
  j: '1.2 2.3 1.2 7.7;E 0 7.7 1.2 1.4 0 90;1.2 .4',
  k: '0 0 0 7;3.4 2.3 0 5.2;1.3 4.2 3.7 7',
  l: '0 0 0 7',
  m: '0 2.3 0 7;E 1.5 4 1.5 1.7 180 360;3 4 3 7;E 4.5 4 1.5 1.7 180 360;6 4 6 7',
  n: '0 2.3 0 7;E 2 4.3 2 2 180 360;4 4.3 4 7',
  o: O,
  p: `0 2.3 0 9;${O}`,
  q: `${O};4 2.3 4 9`,
  r: '0 2.3 0 7;E 1.8 4.1 1.8 1.8 180 305',
  s: 'E 1.6 3.45 1.4 1.15 330 90;E 1.6 5.8 1.6 1.2 270 510',
  t: '1.1 .8 1.1 5.8;E 2.3 5.8 1.2 1.2 180 75;0 2.5 2.6 2.5',
  u: '0 2.3 0 5;E 2 5 2 2 180 0;4 2.3 4 7',
  v: '0 2.3 2 7 4 2.3',
  w: '0 2.3 1.5 7 3 2.8 4.5 7 6 2.3',
  x: '0 2.3 3.8 7;3.8 2.3 0 7',
  y: '0 2.3 2.1 7;4.1 2.3 2.1 7 1.3 8.8 .3 9',
  z: '0 2.3 3.6 2.3 0 7 3.8 7',
  A: '0 7 2.7 0 5.4 7;1 4.6 4.4 4.6',
  B: '0 0 0 7;0 0 2.4 0;E 2.4 1.65 1.7 1.65 270 450;0 3.3 2.6 3.3;E 2.6 5.15 1.9 1.85 270 450;0 7 2.6 7',
  C: 'E 3 3.5 3 3.5 48 312',
  D: '0 0 0 7;0 0 1.8 0;E 1.8 3.5 3.3 3.5 270 450;0 7 1.8 7',
  E: '3.8 0 0 0 0 7 3.8 7;0 3.4 3.3 3.4',
  F: '3.8 0 0 0 0 7;0 3.4 3.2 3.4',
  G: 'E 3 3.5 3 3.5 312 8;3.4 3.9 6 3.9',
  H: '0 0 0 7;5 0 5 7;0 3.4 5 3.4',
  I: '0 0 0 7',
  J: '3 0 3 5.2;E 1.5 5.2 1.5 1.8 0 170',
  K: '0 0 0 7;4.6 0 0 4.2;1.6 2.8 4.8 7',
  L: '0 0 0 7 3.8 7',
  M: '0 7 0 0 3 5 6 0 6 7',
  N: '0 7 0 0 4.8 7 4.8 0',
  O: 'E 3.2 3.5 3.2 3.5 0 360',
  P: '0 7 0 0 2.4 0;E 2.4 1.9 1.9 1.9 270 450;0 3.8 2.4 3.8',
  Q: 'E 3.2 3.5 3.2 3.5 0 360;4 5 6.2 7.3',
  R: '0 7 0 0 2.4 0;E 2.4 1.9 1.9 1.9 270 450;0 3.8 2.4 3.8;2.2 3.8 4.6 7',
  S: 'E 2.2 1.85 2 1.85 325 90;E 2.2 5.35 2.2 1.65 270 515',
  T: '0 0 5 0;2.5 0 2.5 7',
  U: '0 0 0 4.6;E 2.4 4.6 2.4 2.4 180 0;4.8 4.6 4.8 0',
  V: '0 0 2.6 7 5.2 0',
  W: '0 0 2 7 4 1 6 7 8 0',
  X: '0 0 4.8 7;4.8 0 0 7',
  Y: '0 0 2.5 3.6 5 0;2.5 3.6 2.5 7',
  Z: '0 0 4.6 0 0 7 4.8 7',
  0: 'E 2.1 3.5 2.1 3.5 0 360',
  1: '0 1.4 1.6 0 1.6 7',
  2: 'E 2 2 2 2 190 400;3.53 3.29 0 7 4.1 7',
  3: 'E 1.9 1.75 1.8 1.75 200 450;E 1.9 5.25 2 1.75 270 520',
  4: '3.2 7 3.2 0 0 4.8 4.4 4.8',
  5: '3.8 0 .6 0 .29 3.3;E 1.9 4.75 2.1 2.25 220 500',
  6: 'E 2.1 4.85 2.1 2.15 0 360;3.3 0 .3 3.9',
  7: '0 0 4 0 1.2 7',
  8: 'E 2.1 1.7 1.75 1.7 0 360;E 2.1 5.2 2.1 1.8 0 360',
  9: 'E 2.1 2.15 2.1 2.15 0 360;3.9 3.1 .9 7',
  '.': '0 7',
  ',': '.5 6.8 0 8.2',
  ':': '0 7;0 3',
  ';': '.5 6.8 0 8.2;.5 3',
  '-': '0 4.4 2 4.4',
  '–': '0 4.4 3.4 4.4',
  '/': '0 7.8 3 -.4',
  '(': 'E 2.6 3.5 2.6 4.6 235 125',
  ')': 'E -1.5 3.5 2.6 4.6 305 415',
  "'": '0 0 0 1.8',
  '’': '.3 0 0 1.8',
  '"': '0 0 0 1.8;1.2 0 1.2 1.8',
  '&': 'E 2 1.5 1.4 1.5 120 420;2.7 2.8 1 4;E 1.9 5.2 1.9 1.8 235 20;1.3 2.8 4.8 7',
  '+': '0 4 3.6 4;1.8 2.2 1.8 5.8',
  '%': 'E 1 1.3 1 1.3 0 360;E 4.2 5.7 1 1.3 0 360;4.6 0 .6 7',
  '!': '0 0 0 4.9;0 7',
  '?': 'E 1.7 1.8 1.7 1.8 190 430;2.2 3.5 1.8 5;1.8 7',
  '…': '0 7;1.6 7;3.2 7',
}

/** Between two glyphs, and between two words. */
const GAP = 1.45
const SPACE = 2.3

/** How many degrees of an arc are drawn as a line. */
const STEP = 10

/** Whether every character of a text can be drawn. */
export function isDrawable(text: string): boolean {
  return [...text].every((c) => c === ' ' || DRAWN.has(c))
}

/** How wide a text is. */
export function widthOf(text: string): number {
  const widths = [...text].map((c) => (DRAWN.get(c)?.width ?? SPACE - GAP) + GAP)
  return Math.max(0, widths.reduce((sum, width) => sum + width, 0) - GAP)
}

/** The strokes of a text, the first glyph beginning at 0. */
export function strokesOf(text: string): Stroke[] {
  let x = 0
  return [...text].flatMap((character) => {
    const from = x
    x += widthOf(character) + GAP
    const { strokes } = DRAWN.get(character) ?? { strokes: [] }
    return strokes.map((stroke) => stroke.map(([dx, y]) => [from + dx, y] as const))
  })
}

function parseGlyph(text: string) {
  const strokes = text.split(';').map(parseStroke)
  return { strokes, width: Math.max(...strokes.flat().map(([x]) => x)) }
}

function parseStroke(text: string): Stroke {
  if (text.startsWith('E')) {
    const [cx, cy, rx, ry, from, to] = text.slice(2).split(' ').map(Number)
    return arcOf(cx!, cy!, rx!, ry!, from!, to!)
  }
  const numbers = text.split(' ').map(Number)
  return numbers.flatMap((x, i) => (i % 2 === 0 ? [[x, numbers[i + 1]!] as const] : []))
}

/** An elliptical arc as a polyline; degrees run clockwise from the right. */
export function arcOf(cx: number, cy: number, rx: number, ry: number, from: number, to: number) {
  const steps = Math.ceil(Math.abs(to - from) / STEP)
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / steps) * Math.PI) / 180
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)] as const
  })
}

/** Every glyph, drawn. */
const DRAWN = new Map(Object.entries(GLYPHS).map(([c, glyph]) => [c, parseGlyph(glyph)]))

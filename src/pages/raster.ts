/**
 * Images of strokes in a few colours on a ground, as PNG files.
 *
 * See https://www.w3.org/TR/png-3/.
 *
 * @module
 */
import { zlibSync } from 'fflate'
import { concat } from '../tlog/bytes.ts'
import type { Stroke } from './stroke-font.ts'

/** Red, green and blue, from 0 to 255. */
export type Colour = readonly [number, number, number]

/** How many steps lead from the ground to a colour: edges are smooth. */
const SHADES = 16

/** Greatest number of colours: with their shades they fill a palette. */
const COLOURS = 16

/** An image being drawn. */
export class Picture {
  readonly #width: number
  readonly #height: number
  readonly #ground: Colour
  readonly #colours: readonly Colour[]
  /** Of each pixel: sixteen times the colour, and the shade. */
  readonly #pixels: Uint8Array

  constructor(width: number, height: number, ground: Colour, colours: readonly Colour[]) {
    if (colours.length > COLOURS) throw new RangeError(`expected at most ${COLOURS} colours`)
    this.#width = width
    this.#height = height
    this.#ground = ground
    this.#colours = colours
    this.#pixels = new Uint8Array(width * height)
  }

  /** Draws polylines with round ends. @param colour - its place among the colours */
  strokes(strokes: readonly Stroke[], thickness: number, colour: number): void {
    for (const stroke of strokes) {
      for (let i = 0; i < Math.max(1, stroke.length - 1); i++) {
        this.#line(stroke[i]!, stroke[i + 1] ?? stroke[i]!, thickness / 2, colour)
      }
    }
  }

  #line(a: Stroke[number], b: Stroke[number], radius: number, colour: number): void {
    const reach = radius + 1
    const [left, right] = [Math.min(a[0], b[0]) - reach, Math.max(a[0], b[0]) + reach]
    const [top, bottom] = [Math.min(a[1], b[1]) - reach, Math.max(a[1], b[1]) + reach]
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(this.#height, bottom); y++) {
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(this.#width, right); x++) {
        const covered = radius + 0.5 - distance(x + 0.5, y + 0.5, a, b)
        const shade = Math.round(Math.min(1, Math.max(0, covered)) * (SHADES - 1))
        const at = y * this.#width + x
        if (shade > this.#pixels[at]! % SHADES) this.#pixels[at] = colour * SHADES + shade
      }
    }
  }

  /** The image as a PNG file. */
  png(): Uint8Array {
    const [width, height] = [this.#width, this.#height]
    const rows = new Uint8Array((width + 1) * height)
    for (let y = 0; y < height; y++) {
      rows.set(this.#pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
    }
    const header = concat(uint32(width), uint32(height), Uint8Array.of(8, 3, 0, 0, 0))
    return concat(
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      chunk('IHDR', header),
      chunk('PLTE', this.#palette()),
      chunk('IDAT', zlibSync(rows, { level: 6 })),
      chunk('IEND', new Uint8Array()),
    )
  }

  #palette(): Uint8Array {
    const shades = this.#colours.flatMap((colour) =>
      Array.from({ length: SHADES }, (_, shade) =>
        colour.map((c, i) => {
          const ground = this.#ground[i]!
          return Math.round(ground + ((c - ground) * shade) / (SHADES - 1))
        }),
      ),
    )
    return Uint8Array.from(shades.flat())
  }
}

/** From a point to a line between two others. */
function distance(x: number, y: number, a: Stroke[number], b: Stroke[number]): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : ((x - a[0]) * dx + (y - a[1]) * dy) / length
  const t = Math.min(1, Math.max(0, along))
  return Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy)
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = concat(
    Uint8Array.from(type, (c) => c.charCodeAt(0)),
    data,
  )
  return concat(uint32(data.length), named, uint32(crc32(named)))
}

function uint32(n: number): Uint8Array {
  return Uint8Array.of(n >>> 24, n >>> 16, n >>> 8, n)
}

/** The polynomial of the PNG specification, annex D, bits reversed. */
const POLYNOMIAL = 0xedb88320

function crc32(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  }
  return ~crc >>> 0
}

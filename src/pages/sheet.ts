/**
 * Sheets of A4 on which texts flow: the least that a document of a few pages needs.
 *
 * The typefaces are those that every PDF reader has, so that nothing is embedded. They have Western
 * letters only: any other character is written as its Unicode number, never left out or replaced.
 *
 * See ISO 32000-1, 9.6.2.2 and annex D.
 *
 * @module
 */
import {
  type Color,
  PDFDocument,
  type PDFFont,
  type PDFPage,
  PDFString,
  rgb,
  StandardFonts,
} from 'pdf-lib'

const WIDTH = 595.28
const HEIGHT = 841.89
const MARGIN = 50

/** From the left margin to the right one, in points. */
export const MEASURE = WIDTH - 2 * MARGIN

/** The names of the typefaces. */
const FACES = {
  sans: StandardFonts.Helvetica,
  bold: StandardFonts.HelveticaBold,
  serif: StandardFonts.TimesRoman,
  title: StandardFonts.TimesRomanBold,
  mono: StandardFonts.Courier,
} as const
type Face = keyof typeof FACES

/** Colours: for texts, for what explains them, for lines. */
const INKS = { ink: rgb(0.11, 0.11, 0.1), quiet: rgb(0.36, 0.35, 0.32), rule: rgb(0.8, 0.79, 0.75) }

/** How a text is set. Lengths are in points. */
export interface Style {
  readonly face?: Face
  readonly size?: number
  readonly ink?: 'ink' | 'quiet'
  /** From the left margin. */
  readonly left?: number
  readonly width?: number
  /** Below the last line. */
  readonly after?: number
}

/** What a document says of itself. */
export interface About {
  readonly title: string
  readonly author: string
  readonly language: string
  /** POSIX seconds. */
  readonly time: number
}

/** A document being written, from its top to its end. */
export class Sheet {
  readonly #document: PDFDocument
  readonly #fonts: Readonly<Record<Face, PDFFont>>
  /** The characters of every one of them. */
  readonly #has: ReadonlySet<number>
  #page: PDFPage
  /** Where the next line begins, from below. */
  #y = HEIGHT - MARGIN
  #escaped = false

  private constructor(document: PDFDocument, fonts: Readonly<Record<Face, PDFFont>>) {
    this.#document = document
    this.#fonts = fonts
    this.#has = new Set(fonts.sans.getCharacterSet())
    this.#page = document.addPage([WIDTH, HEIGHT])
  }

  static async open({ title, author, language, time }: About): Promise<Sheet> {
    const document = await PDFDocument.create({ updateMetadata: false })
    const faces = Object.entries(FACES).map(async ([face, name]) => [
      face,
      await document.embedFont(name),
    ])
    document.setTitle(title, { showInWindowTitleBar: true })
    document.setAuthor(author)
    document.setLanguage(language)
    document.setCreationDate(new Date(time * 1000))
    document.setModificationDate(new Date(time * 1000))
    return new Sheet(document, Object.fromEntries(await Promise.all(faces)))
  }

  /** How far down the page the next line begins; a text beside another is set from the same place. */
  get y(): number {
    return this.#y
  }

  set y(y: number) {
    this.#y = y
  }

  /** Sets a text, line under line, over as many pages as it takes. */
  text(text: string, style: Style = {}): void {
    const { face = 'sans', size = 9, ink = 'ink', left = 0, after = 0 } = style
    const font = this.#fonts[face]
    const leading = size * 1.36
    for (const line of linesOf(this.#spelled(text), font, size, style.width ?? MEASURE - left)) {
      this.room(leading)
      this.#page.drawText(line, {
        ...{ font, size, color: INKS[ink] },
        ...{ x: MARGIN + left, y: this.#y - size },
      })
      this.#y -= leading
    }
    this.#y -= after
  }

  /** Whether the typefaces have every character of a text. */
  has(text: string): boolean {
    return spelledIn((point) => this.#has.has(point), text) === text
  }

  /** Whether any text had a character that these typefaces have not. */
  get escaped(): boolean {
    return this.#escaped
  }

  #spelled(text: string): string {
    const spelled = spelledIn((point) => this.#has.has(point), text)
    this.#escaped ||= spelled !== text
    return spelled
  }

  /** Begins another page where this one has not so much room left. */
  room(height: number): void {
    if (this.#y - height >= MARGIN) return
    this.#page = this.#document.addPage([WIDTH, HEIGHT])
    this.#y = HEIGHT - MARGIN
  }

  /** A line across, with room above and below. */
  rule(above: number, below: number): void {
    this.#y -= above
    const y = this.#y
    const [start, end] = [MARGIN, WIDTH - MARGIN].map((x) => ({ x, y })) as [Place, Place]
    this.#page.drawLine({ start, end, thickness: 0.6, color: INKS.rule })
    this.#y -= below
  }

  /** Filled squares of a grid whose upper right corner is at the right margin, beside the next line. */
  grid(rows: readonly (readonly boolean[])[], side: number): void {
    const step = side / rows.length
    const x = WIDTH - MARGIN - side
    const path = rows.flatMap((row, j) =>
      row.map((on, i) => (on ? `M${i} ${j}h1v1h-1z` : '')).filter((square) => square !== ''),
    )
    const color = rgb(0, 0, 0) as Color
    this.#page.drawSvgPath(path.join(''), { x, y: this.#y, scale: step, color })
  }

  /** Makes what was set since `from` a link. */
  link(url: string, from: number): void {
    const { context } = this.#document
    const annotation = context.obj({
      ...{ Type: 'Annot', Subtype: 'Link', Border: [0, 0, 0] },
      Rect: [MARGIN, this.#y, WIDTH - MARGIN, from],
      A: { Type: 'Action', S: 'URI', URI: PDFString.of(url) },
    })
    this.#page.node.addAnnot(context.register(annotation))
  }

  /** Ends the document: below each page stands a text of its own. */
  async end(foot: (page: number, of: number) => string): Promise<Uint8Array> {
    const pages = this.#document.getPages()
    pages.forEach((page, i) => {
      const text = this.#spelled(foot(i + 1, pages.length))
      const font = this.#fonts.sans
      page.drawText(text, { font, size: 7.5, color: INKS.quiet, x: MARGIN, y: MARGIN - 24 })
    })
    return this.#document.save()
  }
}

interface Place {
  readonly x: number
  readonly y: number
}

/** Writes each run of characters that a typeface has not as `\u{…}`, by their Unicode numbers. */
export function spelledIn(has: (point: number) => boolean, text: string): string {
  let spelled = ''
  let run: string[] = []
  const flush = () => {
    if (run.length > 0) spelled += `\\u{${run.join(' ')}}`
    run = []
  }
  for (const character of text) {
    const point = character.codePointAt(0)!
    if (character === '\n' || has(point)) {
      flush()
      spelled += character
    } else run.push(point.toString(16).toUpperCase())
  }
  flush()
  return spelled
}

/** Breaks a text at spaces, and a word that is too long where it must. */
function linesOf(text: string, font: PDFFont, size: number, width: number): string[] {
  const fits = (line: string) => font.widthOfTextAtSize(line, size) <= width
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`
      if (fits(longer)) {
        line = longer
        continue
      }
      if (line !== '') lines.push(line)
      line = word
      while (!fits(line)) {
        const most = longest(line, fits)
        lines.push(line.slice(0, most))
        line = line.slice(most)
      }
    }
    return [...lines, line]
  })
}

/** How many characters fit, at least one. */
function longest(word: string, fits: (line: string) => boolean): number {
  let [low, high] = [1, word.length]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(word.slice(0, middle))) low = middle
    else high = middle - 1
  }
  return low
}

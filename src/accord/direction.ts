/**
 * Text in which somebody else's words stand: where those run from right to left, they are isolated, so
 * that what comes after them stays where it is. HTML has `bdi` for this; plain text has two characters,
 * which no statement may hold (see text.ts), so that nothing within can end the isolation.
 *
 * See https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates.
 *
 * @module
 */

/** The blocks in which letters run from right to left: UAX 9, table 4, R and AL. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFE\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

const FIRST_STRONG_ISOLATE = '\u2068'
const POP_ISOLATE = '\u2069'

/** A text for a place among others, isolated where any letter of it runs from right to left. */
export function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}` : text
}

/**
 * What a text hides: characters that nobody sees, where no script or emoji needs them, and marks
 * heaped on a letter until they cover the lines around it.
 *
 * The law keeps out bidi controls, tags and most of what is invisible. What it lets through is needed
 * somewhere: the joiners by Persian and Hindi, variation selectors by emoji and rare ideographs.
 *
 * See https://www.unicode.org/reports/tr36/#Default_Ignorable_Code_Points and
 * https://www.unicode.org/reports/tr51/#Emoji_ZWJ_Sequences.
 *
 * @module
 */

/** Scripts whose letters join, or whose joiners make another letter. */
const JOINING = [
  ...['Arabic', 'Syriac', 'Mongolian', 'Nko', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati'],
  ...['Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar'],
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('')

/** Characters that nobody sees by themselves, where they are needed. */
const NEEDED = [
  // Persian writes a non-joiner inside words, Hindi and Bengali a joiner beside the virama.
  new RegExp(`(?<=(?![\\u200C\\u200D])[${JOINING}])[\\u200C\\u200D]`, 'gu'),
  /(?<=\p{Extended_Pictographic}\uFE0F?\p{Emoji_Modifier}?)\u200D(?=\p{Extended_Pictographic})/gu,
  /(?<=\p{Extended_Pictographic})[\uFE0E\uFE0F]/gu,
  /(?<=[0-9#*])\uFE0F(?=\u20E3)/gu,
  /(?<=\p{Script=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]/gu,
  /(?<=\p{Script=Mongolian})[\u180B-\u180D\u180F]/gu,
]

/** Braille's blank cell is blank, and not among what Unicode calls ignorable. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800]/u

/**
 * What a text hides, in words; null where it hides nothing.
 *
 * @param most - how many marks a letter may carry
 */
export function hiddenIn(text: string, most = 8): string | null {
  const seen = NEEDED.reduce((rest, needed) => rest.replace(needed, ''), text)
  const found = INVISIBLE.exec(seen)
  if (found) return `${codePoint(found[0])}, which nobody sees`
  const decomposed = text.normalize('NFD')
  if (/(\p{Mn})\1/u.test(decomposed)) return 'one mark twice on a letter'
  return new RegExp(`\\p{Mn}{${most + 1}}`, 'u').test(decomposed)
    ? `more than ${most} marks on a letter`
    : null
}

/** `U+200D`. */
export function codePoint(c: string): string {
  return `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
}

/**
 * Scripts: a name or label in letters of several is as a rule a forgery.
 *
 * See https://www.unicode.org/reports/tr39/#Restriction_Level_Detection, "Highly Restrictive", and
 * https://www.unicode.org/reports/tr31/#Table_Recommended_Scripts.
 *
 * @module
 */

/** The scripts in which names are written nowadays: UAX 31, table 5. */
const SCRIPTS = [
  ...['Latin', 'Greek', 'Cyrillic', 'Armenian', 'Hebrew', 'Arabic', 'Thaana', 'Devanagari'],
  ...['Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam'],
  ...['Sinhala', 'Thai', 'Lao', 'Tibetan', 'Myanmar', 'Georgian', 'Hangul', 'Ethiopic', 'Khmer'],
  ...['Hiragana', 'Katakana', 'Bopomofo', 'Han'],
]

/** Scripts that are written together. */
const TOGETHER = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
]

const WRITTEN = [...SCRIPTS.map((script) => [script]), ...TOGETHER].map((scripts) => {
  const sets = ['Common', 'Inherited', ...scripts].map((s) => `\\p{Script_Extensions=${s}}`)
  return new RegExp(`^[${sets.join('')}]*$`, 'u')
})

/** Whether a text is in one script, or in several that are written together. */
export function isOneScript(text: string): boolean {
  return WRITTEN.some((script) => script.test(text))
}

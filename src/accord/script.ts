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

/** Scripts of which one language is written: UTS 39, section 5.1, counts them as one. */
const OF_ONE = [
  ['Han', 'Hiragana', 'Katakana'],
  ['Han', 'Bopomofo'],
  ['Han', 'Hangul'],
]

/** A character of any of these scripts, as a class without its brackets. */
function classOf(scripts: readonly string[]): string {
  return scripts.map((s) => `\\p{Script_Extensions=${s}}`).join('')
}

const WRITTEN = [...SCRIPTS.map((s) => [s]), ...OF_ONE.map((scripts) => ['Latin', ...scripts])].map(
  (scripts) => new RegExp(`^[${classOf(['Common', 'Inherited', ...scripts])}]*$`, 'u'),
)

const SPELLED = [...SCRIPTS.map((s) => [s]), ...OF_ONE].map(
  (scripts) => new RegExp(`^(?:(?=[\\p{L}\\p{M}\\p{Nd}])[${classOf(scripts)}]|[0-9-])+$`, 'u'),
)

/** Whether a text is in one script, or in several that are written together. */
export function isOneScript(text: string): boolean {
  return WRITTEN.some((script) => script.test(text))
}

/** Whether a label has letters of one script alone, and besides them ASCII digits and hyphens. */
export function isSpelledInOne(label: string): boolean {
  return SPELLED.some((script) => script.test(label))
}

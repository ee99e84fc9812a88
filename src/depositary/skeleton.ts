/**
 * Skeletons: two texts that look alike have one.
 *
 * See https://www.unicode.org/reports/tr39/#Confusable_Detection. The table is made from Unicode's
 * by `bench/confusables.ts`.
 *
 * @module
 */
import table from './confusables.json' with { type: 'json' }

const PROTOTYPES: ReadonlyMap<string, string> = new Map(
  Object.entries(table.prototypes).flatMap(([prototype, sources]) => {
    const looks = textOf(prototype)
    return sources.split(' ').map((source): [string, string] => [textOf(source), looks])
  }),
)

function textOf(hex: string): string {
  return String.fromCodePoint(...hex.split(' ').map((point) => Number.parseInt(point, 16)))
}

/** The skeleton of a text (UTS 39, section 4). */
export function skeleton(text: string): string {
  const bare = text.normalize('NFD').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  return [...bare]
    .map((c) => PROTOTYPES.get(c) ?? c)
    .join('')
    .normalize('NFD')
}

/** Accents and vowel points, which a reader overlooks. Vowel signs of other scripts are letters. */
const OVERLOOKED =
  /[\u0300-\u036F]|[\u0591-\u05C7]|[\u064B-\u065F]|\u0670|[\u1AB0-\u1AFF]|[\u1DC0-\u1DFF]|[\u20D0-\u20F0]|[\uFE20-\uFE2F]/g

/**
 * What somebody in a hurry reads: the skeleton without case and accents, `i`, `I`, `l` and `1` being
 * one, `w` being `vv` and `d` being `cl`, as the skeleton of `m` is `rn`. Case is folded between two
 * skeletons, for capitals look like other letters than small ones.
 */
export function reading(text: string): string {
  return skeleton(skeleton(text).toLowerCase())
    .replace(OVERLOOKED, '')
    .replaceAll('i', 'l')
    .replaceAll('w', 'vv')
    .replaceAll('d', 'cl')
}

/** A text, and the same in small letters and in capitals: as somebody may choose to write it. */
export function cases(text: string): string[] {
  return [...new Set([text, text.toLowerCase(), text.toUpperCase()])]
}

/** Every reading of a text, however its case is. Two texts look alike if they have one in common. */
export function readings(text: string): string[] {
  return [...new Set(cases(text).map(reading))]
}

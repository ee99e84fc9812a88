/**
 * Display names: what may be shown beside a domain, and when two of them read the same.
 *
 * @module
 */

import { isOneScript } from '../accord/script.ts'
import { asciiDomain } from '../domain/label.ts'
import { isUnderListed, registrableOf } from '../domain/suffix.ts'
import { codePoint, hiddenIn } from './hidden.ts'
import { cases, reading } from './skeleton.ts'

/** Letters, digits, what ASCII has, and the quotes, dashes and dots of names. No badge, no emoji. */
const FOREIGN = /[^ -~\u200C-\u200D\p{L}\p{M}\p{Nd}’‘“”„«»–—·・\u05F3\u05F4\u0970\u0F0B]/u
/** A mark that stands on no letter lands on what is before the name. */
const LOOSE_MARK = /(?<![\u200C-\u200D\p{L}\p{M}\p{Nd}])\p{M}/u
/** These two are letters of Thai and Lao, though NFKC would write them in two. */
const WHOLE = ['\u0E33', '\u0EB3']
/** A letter carries at most so many marks in a name: UTS 39, section 5.4. */
const MARKS = 4

/**
 * What is wrong with a display name, in words; null where nothing is.
 *
 * @param domain - of whoever is to bear it
 */
export function faultOfName(name: string, domain: string): string | null {
  return faultOfForm(name) ?? faultOfLetters(name) ?? faultOfDomain(name, domain)
}

function faultOfForm(name: string): string | null {
  if (name !== name.trim() || / {2}/.test(name)) return 'expected single spaces, and none at an end'
  const foreign = FOREIGN.exec(name)?.[0]
  if (foreign)
    return `${codePoint(foreign)} is no part of a name: expected letters, digits and marks`
  return /[\p{L}\p{Nd}]/u.test(name) ? null : 'expected a letter or a digit'
}

function faultOfLetters(name: string): string | null {
  const styled = [...name].find((c) => c.normalize('NFKC') !== c.normalize('NFC') && !isWhole(c))
  if (styled) return `expected plain letters, got ${codePoint(styled)}`
  const hidden = hiddenIn(name, MARKS)
  if (hidden) return `it has ${hidden}`
  if (LOOSE_MARK.test(name)) return 'it has a mark on no letter'
  if (/[0-9]/.test(name) && /(?![0-9])\p{Nd}/u.test(name)) return 'expected digits of one script'
  return isOneScript(name) ? null : 'expected letters of one script in use today'
}

function isWhole(c: string): boolean {
  return WHOLE.includes(c)
}

/** A domain in a name is taken for the party's. */
function faultOfDomain(name: string, domain: string): string | null {
  const own = registrableOf(domain)
  const named = domainsIn(name).find((d) => d !== domain && registrableOf(d) !== own)
  return named ? `it names ${named}, which is not the party's domain ${domain}` : null
}

/** Abbreviations that touch a full stop are no domains, though `ltd` and `kg` are top-level ones. */
const ABBREVIATED = /^((co|gmbh|inc|corp|cie|bros|dr|prof|st|s|a)\.)+/
/** It passes for a full stop, but between spaces, and between words of Chinese, Japanese and Korean. */
const MIDDLE_DOT = /(?<! (?=. ))[·・](?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}])/gu
/** A full stop with a space beside it, after more than an initial. */
const SPACED_STOP = /(?<=[\p{L}\p{M}\p{Nd}]{2})(?: \. ?|\. )(?=([\p{L}\p{M}\p{Nd}-]+))/gu

function domainsIn(name: string): string[] {
  const dotted = name
    .toLowerCase()
    .replace(MIDDLE_DOT, '.')
    .replace(SPACED_STOP, (stop, next) => (FORMS.has(reading(next)) ? stop : '.'))
  const written = dotted.match(/[\p{L}\p{M}\p{Nd}-]+(\.[\p{L}\p{M}\p{Nd}-]+)+/gu) ?? []
  return written.flatMap((text) => domainAtStart(text.replace(ABBREVIATED, '')) ?? [])
}

/** The longest domain that a dotted text begins with: of `contoso.com.more`, `contoso.com`. */
function domainAtStart(text: string): string | undefined {
  const labels = text.split('.')
  return labels
    .flatMap((_, i) => asciiDomain(labels.slice(0, labels.length - i).join('.')) ?? [])
    .find(isUnderListed)
}

/** Legal forms: a company reads the same with and without, before its name or after. */
const FORMS = wordSet(
  `ab ag ags aps as asa bhd bv cie co company corp corporation cv doo eg eirl eood ev gbr gesmbh gmbh
  hf inc incorporated jsc kft kg kgaa kk lda limited llc llp lp ltd ltda mbh nv nyrt oao ohg ooo oy
  oyj ou pao pjsc plc private pt pte pty pvt rt sa saog sarl sas sca sdn se sia sl slu sna snc spa
  spzoo sro srl ss uab ug zao zrt ао зао оао ооо пао`,
)

/** What stands beside a name and tells nobody apart: an article, and claims to be the right one. */
const BESIDE = wordSet(
  `the authentic authorised authorized certified confirmed genuine official trusted verified
  verifiziert offiziell officiel vérifié oficial verificado ufficiale verificato официальный`,
)

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/).flatMap((word) => cases(word).map(reading)))
}

/** Forms that are written without a space. */
const ATTACHED =
  /^(株式会社|有限会社|合同会社|주식회사)|(株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司|주식회사)$/gu

/**
 * Every reading of a name: without spaces and punctuation, and without legal forms, an English
 * article and claims like "verified" at either end. Two names read the same if they have one in
 * common.
 */
export function readingsOfName(name: string): string[] {
  return [...new Set(cases(name.replace(ATTACHED, ' ')).map(readingOfWords))]
}

function readingOfWords(name: string): string {
  const joined = name.replace(/[.'’‘/]/g, '')
  const words = (joined.match(/[\u200C-\u200D\p{L}\p{M}\p{N}]+/gu) ?? []).map(reading)
  const first = words.findIndex(isTelling)
  const last = words.findLastIndex(isTelling)
  return (first < 0 ? words : words.slice(first, last + 1)).join('')
}

function isTelling(word: string): boolean {
  return !FORMS.has(word) && !BESIDE.has(word)
}

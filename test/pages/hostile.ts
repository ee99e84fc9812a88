/**
 * A log in which every text that somebody may choose is as hostile as the law admits: each text of a
 * list is the name of a party, the title and words of an instrument, a reservation to it, a report.
 *
 * @module
 */
import { company } from '../accord/cast.ts'
import { keyOf } from '../accord/keys.ts'
import { Speaker } from '../accord/speaker.ts'
import { openSite, type Site } from '../http/site.ts'

/** Texts that the law admits, by what is hostile in them. */
export const TEXTS: readonly (readonly [what: string, text: string])[] = [
  ['markup', `</bdi></title></pre><script>alert(1)</script>"'><img src=x onerror=alert(1)>`],
  ['references', '&amp;&#60;b&#62;&lt;script&gt; &nosuch; &'],
  ['an end of CDATA', ']]>]]&gt;<x/><!-- --><![CDATA[<y>'],
  ['a formula', '=HYPERLINK("https://evil.example","x")'],
  ['a sum', '+1+1'],
  ['a difference', "-2+3+cmd|' /C calc'!A0"],
  ['a function', '@SUM(1,1)'],
  ['a wide sign of equality', '＝1+1'],
  ['cells', 'a,"b""",;c'],
  ['Hebrew', 'חברת "הביטחון" (2026) 7, 8!'],
  ['Arabic', '١٢٣ شركة الدفاع 100% ‹محدودة› ('],
  ['both directions', 'Shalom שלום 42 ) סוף'],
  ['emoji', '👩‍👩‍👧‍👦🏴‍☠️👩🏽‍🚀 GmbH 🇨🇭'],
  ['200 letters', 'W'.repeat(200)],
  ['200 ideographs', '株'.repeat(200)],
  ['marks', `Z${'\u0321\u034F\u0357'.repeat(6)}a\u0336lgo`],
  ['what nobody sees', 'a\u200Cb\u200Dc\u3164\u115F\uFE0F\u034Fd'],
  ['a calendar', 'x\\nEND:VEVENT\\;,;:BEGIN:VALARM\\\\'],
  ['TeX', '\\input{/etc/passwd} } \\end{x} $%#_^~'],
  ['PDF', ') Tj ET endstream endobj (<</JS (x)>>'],
  ['a path', '../../etc/passwd\\..\\x'],
  ['a template', '{{7*7}}<%= 7 %>#{7}'],
]

/** Whose name a text is. */
export function domainOf(i: number): string {
  return `hostile-${i}.example`
}

/** Which instrument has a text for its title. */
export function instrumentOf(i: number): string {
  return `hostile-${i}`
}

/** The clause's text, and the reservation's. */
export function linesOf(text: string): string {
  return `${text}\n${text}\n\n${text}`
}

/** Opens a site with all of them. */
export function openHostile(): Promise<Site> {
  const speaker = new Speaker()
  return openSite(speaker, async (add) => {
    for (const [i, [, text]] of TEXTS.entries()) {
      const domain = domainOf(i)
      const id = instrumentOf(i)
      const words = { title: text, preamble: linesOf(text), sources: [text] }
      const clause = { id: 'P1', title: text, text: linesOf(text), kind: 'duty', reservable: 'yes' }
      const who = company(domain, { name: text, keys: [keyOf(domain)], threshold: 1 })
      const evidence = { asked: text, answer: null, dnssec: null }
      const seen = speaker.check(domain, who.keys, { method: 'manual', evidence })
      await add(speaker.instrument({ id, ...words, clauses: [clause] }))
      await add(speaker.verification(domain, who.keys, { checks: [seen] }))
      await add(speaker.enrol(who))
      const other = { ...clause, text: `${text}\nAnd more.` }
      await add(speaker.nextVersion(id, { ...words, clauses: [other] }))
      const reservations = [{ clause: 'P1', text: linesOf(text) }]
      await add(speaker.sign(domain, id, { reservations }))
      await add(speaker.report(domain, id, { title: text }))
      speaker.now += 600
    }
  })
}

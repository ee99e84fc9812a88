/**
 * What a domain has to show before its party can enrol: the lines to publish, and whether they can be
 * seen, asked live.
 *
 * @module
 */
import { formatLine, formatRecord, recordName, wellKnownUrl } from '../domain/binding.ts'
import { SIGNING as t } from '../pages/english-sign.ts'
import { made } from './made.ts'
import { button, copyable, prose } from './sign-form.ts'
import type { Channel, Registry } from './sign-registry.ts'

/** The lines, and the button that asks. */
export function domainPart(
  registry: Registry,
  domain: string,
  vkeys: readonly string[],
): HTMLElement {
  const { origin } = registry
  const records = vkeys.map((vkey) => formatRecord({ origin, vkey }))
  const lines = vkeys.map((vkey) => formatLine({ origin, vkey }))
  const seen = made('div', '', 'seen')
  seen.setAttribute('role', 'status')
  const whole = made('section', '', 'publish')
  whole.append(made('h3', t.publish), made('p', t.publishLead))
  whole.append(made('p', t.inDns(recordName(domain))))
  for (const record of records) whole.append(copyable(t.record, record))
  whole.append(made('p', t.orAt(wellKnownUrl(domain))), copyable(t.file, `${lines.join('\n')}\n`))
  whole.append(
    button(t.checkNow, async () => {
      seen.replaceChildren(made('p', t.asking(domain)))
      const shown = await registry.shows(domain, vkeys).finally(() => seen.replaceChildren())
      const word = made('p', t.verdicts[shown.verdict], `seen-word ${shown.verdict}`)
      seen.replaceChildren(word, ...shown.channels.flatMap(said))
    }),
    seen,
  )
  return whole
}

function said({ asked, why, keys, missing, surplus, remarks }: Channel): HTMLElement[] {
  const says =
    why !== null
      ? t.noAnswer(why)
      : keys.length === 0
        ? t.nothingThere
        : [
            missing.length === 0 ? t.allThere : t.lacks(named(missing)),
            ...(surplus.length === 0 ? [] : [t.tooMany(named(surplus))]),
          ].join(' ')
  return prose([`${asked}: ${says}`, ...remarks.map(t.notCounted)].join('\n'))
}

/** Keys as they are spoken of. */
export function named(vkeys: readonly string[]): string {
  return vkeys.map(short).join(', ')
}

/** `name+id`. */
export function short(vkey: string): string {
  return vkey.split('+', 2).join('+')
}

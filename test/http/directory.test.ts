import { expect, test } from 'vitest'
import { searchParties } from '../../src/register/search.ts'
import { openPages } from '../pages/story.ts'

test('a search follows the log, at any tree size, by name and by domain in both its forms', async () => {
  const site = await openPages()
  try {
    const { sql, speaker } = site
    const { size } = speaker.seen
    const found = async (wanted: string, upTo = size, limit = 50) => {
      const asked = { at: speaker.now, size: upTo, limit }
      return (await searchParties(sql, wanted, asked)).map(({ domain }) => domain)
    }
    expect(await found('northwind TRADERS')).toEqual(['northwind.example'])
    expect(await found('LNGSTÅ.example')).toEqual(['xn--lngst-qra.example'])
    expect(await found('xn--lngst')).toEqual(['xn--lngst-qra.example'])
    expect(await found('nobody')).toEqual([])
    const all = await found('.')
    expect(all).toEqual(all.toSorted())
    expect(await found('.', size, 3)).toEqual(all.slice(0, 3))
    expect(await found('contoso')).toEqual(['contoso.com'])
    expect(await found('contoso', 4)).toEqual([])
    expect(await found('emoji', size)).toEqual(['emoji.example'])
    await site.log(speaker.verification('tailspin.example', []))
    expect(await found('tailspin', size)).toEqual([])
    expect(await found('.', size + 1)).toEqual(all)
  } finally {
    await site.close()
  }
})

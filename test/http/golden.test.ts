import { afterAll, beforeAll, test } from 'vitest'
import { compareGolden } from './golden.ts'
import { openSite, type Site, tellStory } from './site.ts'

let site: Site

beforeAll(async () => {
  site = await openSite()
  await tellStory(site)
})

afterAll(() => site.close())

test.each(['static', 'compressed', 'api'])('%s', async (name) => {
  const file = new URL(`golden/${name}.txt`, import.meta.url)
  await compareGolden(file, (path, init) => site.app.request(path, init))
})

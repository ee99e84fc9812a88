import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ConfigError, readSettings, settings } from '../../src/node/config.ts'

describe('settings', () => {
  test('have a default each', () => {
    expect(readSettings({})).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8787,
      ACCORD_DATA_DIR: 'data',
      ACCORD_ORIGIN: 'registry.localhost/accord',
      ACCORD_PUBLIC_URL: null,
    })
  })

  test('say what they are, and who could abuse them', () => {
    for (const setting of Object.values(settings.shape)) {
      const { description, trust } = setting.meta()!
      expect(description).toMatch(/\.$/)
      expect(trust).toMatch(/\.$/)
    }
  })

  test.each([
    ['ACCORD_ORIGN', 'x.example/accord'],
    ['ACCORD_', ''],
    ['PORT', ''],
    ['PORT', '65536'],
    ['PORT', '1e3'],
    ['PORT', '-1'],
    ['HOST', ''],
    ['ACCORD_ORIGIN', 'has space/accord'],
    ['ACCORD_ORIGIN', 'has+plus/accord'],
    ['ACCORD_PUBLIC_URL', 'registry.example'],
    ['ACCORD_PUBLIC_URL', 'https://registry.example/'],
    ['ACCORD_LOG_LEVEL', 'loud'],
  ])('%s=%s is refused', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(ConfigError)
  })

  test('a port is a number, and the refusal says which', () => {
    for (const port of ['65536', 'http', '']) {
      expect(() => readSettings({ PORT: port })).toThrow('PORT: a number from 0 to 65535')
    }
  })

  test('stand in README, each with its trust', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    for (const [name, setting] of Object.entries(settings.shape)) {
      const { description, trust } = setting.meta()!
      const line = readme.split('\n').find((l) => l.startsWith(`| \`${name}\` |`))
      expect(line).toContain(description)
      expect(line).toContain(trust)
    }
  })

  test('what is not ours is left alone', () => {
    const env = { PATH: '/bin', ACCORD_LOG: 'http://127.0.0.1', ACCORD_POLICY: 'policy.txt' }
    expect(readSettings(env)).toEqual(readSettings({}))
  })
})

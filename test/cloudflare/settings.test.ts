import { expect, test } from 'vitest'
import { readSettings, SettingsError } from '../../src/cloudflare/settings.ts'
import { keyOf } from '../accord/keys.ts'

const GOOD = {
  ACCORD_PUBLIC_URL: 'https://registry.example',
  ACCORD_LOG_KEY: 'PRIVATE+KEY+secret',
  ACCORD_CLERK_KEY: 'PRIVATE+KEY+secret',
  ACCORD_ADMIN_TOKEN: 'a token of thirty-two characters.',
}

test('what a Worker is bound to is read, and what is left out has a meaning', () => {
  const policy = `log ${keyOf('registry.example/log').vkey}\nquorum none\n`
  const bindings = { ...GOOD, ACCORD_WITNESS_POLICY: policy, FILES: {}, REGISTRY: {} }
  expect(readSettings(bindings)).toMatchObject({
    ACCORD_WITNESS_POLICY: policy,
    ACCORD_WITNESS_WAIT: 'yes',
    ACCORD_MIRRORS: [],
  })
})

test.each([
  ['ACCORD_ADMIN_TOKEN', undefined],
  ['ACCORD_ADMIN_TOKEN', 'short'],
  ['ACCORD_LOG_KEY', undefined],
  ['ACCORD_LOG_KEY', ''],
  ['ACCORD_PUBLIC_URL', 'http://127.0.0.1:8787'],
  ['ACCORD_PUBLIC_URL', 'https://registry.example/'],
  ['ACCORD_WITNESS_POLICY', 'nonsense'],
  ['ACCORD_WITNESS_POLICY', ''],
  ['ACCORD_EXEMPT', ''],
  ['ACCORD_QUOTA_PARTY', '0'],
  ['ACCORD_DATA_DIR', 'data'],
])('%s that is %j is named, and nothing of a secret', (name, value) => {
  const read = () => readSettings({ ...GOOD, [name]: value })
  expect(read).toThrow(SettingsError)
  expect(read).toThrow(name)
  expect(read).not.toThrow('PRIVATE+KEY')
})

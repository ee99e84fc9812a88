import { defineConfig } from 'vitest/config'

/** The rooms that Stryker mutates, and the tests that should notice. */
export default defineConfig({
  test: {
    include: ['test/tlog/**/*.test.ts', 'test/accord/**/*.test.ts'],
    testTimeout: 60_000,
  },
})

import { defineConfig } from 'vitest/config'

/** The rooms that Stryker mutates, and the tests that should notice. */
export default defineConfig({
  test: {
    include: ['test/tlog/**/*.test.ts', 'test/accord/**/*.test.ts', 'test/verify/evidence.test.ts'],
    exclude: ['test/accord/history.test.ts'],
    setupFiles: ['test/mutation.setup.ts'],
    testTimeout: 60_000,
  },
})

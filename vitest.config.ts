import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    reporters: ['default', './test/closing.ts'],
    // Vitest leaves one core alone; a machine of two would have one worker.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      include: ['keys/**', 'db/**', 'src/**'],
      reporter: ['text-summary', 'json-summary'],
    },
  },
})

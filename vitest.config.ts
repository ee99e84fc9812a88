import { fileURLToPath } from 'node:url'
import { cloudflareTest } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'

const durable = fileURLToPath(new URL('./test/workers/store.ts', import.meta.url))

/** How long anything may take on a slow machine: none takes a sixth of it on two cores. */
const PATIENCE = 180_000

/** Tests of the rooms below the API and the pages. */
const ROOMS = [
  'accord',
  'client',
  'db',
  'domain',
  'keys',
  'register',
  'spec',
  'tlog',
  'verify',
].map((room) => `test/${room}/**/*.test.ts`)

export default defineConfig({
  test: {
    reporters: ['default', './test/closing.ts'],
    // Vitest leaves one core alone; a machine of two would have one worker.
    maxWorkers: '100%',
    coverage: {
      include: ['keys/**', 'db/**', 'src/**'],
      reporter: ['text-summary', 'json-summary'],
    },
    projects: [
      {
        test: {
          name: 'rooms',
          include: ROOMS,
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
          // Nothing here is kept by a process; reading all modules anew for each file took longer.
          isolate: false,
        },
      },
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/workers/**', ...ROOMS],
          testTimeout: PATIENCE,
          hookTimeout: PATIENCE,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { cf: false, compatibilityFlags: ['nodejs_compat'] },
          }),
        ],
        // The same tests, on another store.
        resolve: { alias: [{ find: /^\.\.\/db\/store\.ts$/, replacement: durable }] },
        test: {
          name: 'workers',
          include: [
            'test/workers/**/*.test.ts',
            'test/depositary/{sequencer,registrar}.test.ts',
            'test/register/story.test.ts',
          ],
          testTimeout: PATIENCE,
        },
      },
    ],
  },
})

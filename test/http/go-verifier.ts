/**
 * A verifier of logs that others wrote: golang.org/x/mod/sumdb, by `test/go/verify.go`.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

const SOURCES = '/usr/share/gocode/src/golang.org/x/mod/sumdb'
const required = (process.env['ACCORD_REQUIRE'] ?? '').split(',').includes('go')
const go = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' }

/** Why there is no verifier here; null where there is. */
export const missing =
  existsSync('/usr/bin/go') && existsSync(SOURCES) ? null : `no go, or no ${SOURCES}`
/** Whether tests go without it. */
export const skipped = missing !== null && !required

/** Builds it. */
export async function buildVerifier(outfile: string): Promise<void> {
  const source = new URL('../go/verify.go', import.meta.url).pathname
  await run('go', ['build', '-o', outfile, source], { env: go })
}

/** Verifies a log and receipts. @returns its last line, which says why where it does not verify */
export async function runVerifier(
  verifier: string,
  url: string,
  vkey: string,
  files: readonly string[],
): Promise<string> {
  try {
    return (await run(verifier, [url, vkey, ...files])).stdout.trim()
  } catch (e) {
    return (e as { stderr: string }).stderr.trim()
  }
}

/**
 * A registry that is served from a folder, for tests of those who copy it.
 *
 * @module
 */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { encodeBase64 } from '../../keys/base64.ts'
import { formatAttestation } from '../../src/accord/attestation.ts'
import { formatStatement } from '../../src/accord/statement.ts'
import { formatTime } from '../../src/accord/text.ts'
import { type Serving, serve } from '../../src/cli/serve.ts'
import { readSettings } from '../../src/node/config.ts'
import { readKeys } from '../../src/node/home.ts'
import { utf8 } from '../../src/tlog/bytes.ts'
import { signNote } from '../../src/tlog/note.ts'

/** The time, in POSIX seconds: that of the processes which some tests start. */
export const NOW = Math.floor(Date.now() / 1000)

/** What a start said beside. */
export type Said = readonly [
  level: string,
  event: string,
  fields?: Readonly<Record<string, unknown>>,
]

/** Starts a registry in `data` below a folder; it ends with the test at the latest. */
export async function startRegistry(
  folder: string,
  env: Record<string, string> = {},
  said: Said[] = [],
): Promise<Serving> {
  const settings = readSettings({ PORT: '0', ACCORD_DATA_DIR: join(folder, 'data'), ...env })
  const log = (...line: Said) => void said.push(line)
  const serving = await serve({ settings, clock: () => NOW, log })
  let open = true
  const close = async () => {
    if (open) await serving.close()
    open = false
  }
  onTestFinished(close)
  return { ...serving, close }
}

/** Logs a check of a domain, as the clerk, for each of some names. */
export async function logChecks(serving: Serving, names: readonly string[]): Promise<void> {
  const { clerk } = await readKeys(serving.home)
  for (const name of names) {
    const response = await fetch(`${serving.url}/v1/parties/registry.localhost`)
    const { head } = (await response.json()) as { head: { digest: `sha256:${string}` } }
    const { size, root } = serving.depositary.published()
    const issued = formatTime(NOW)
    const evidence = { asked: 'I looked', answer: null, dnssec: null }
    const text = formatStatement({
      ...{ type: 'verification/v1', registry: serving.origin, party: 'registry.localhost' },
      ...{ previous: head.digest, seen: { size, root: encodeBase64(root) }, issued },
      checks: [
        { subject: name, method: 'manual', at: issued, outcome: 'unreachable', keys: [], evidence },
      ],
    })
    const { signatures } = await signNote(text, [clerk])
    const outcome = await serving.depositary.submit(utf8(formatAttestation(text, signatures)))
    if (outcome.kind === 'refused') throw new Error(outcome.refusal.detail)
  }
}

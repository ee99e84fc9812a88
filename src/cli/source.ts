/**
 * The log a command reads: a registry's, a mirror's, or a folder with a copy; and whom it trusts.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { ClientError } from '../client/error.ts'
import { type Fetch, type FetchLike, fetchFrom } from '../client/fetch.ts'
import { type Log, openLog } from '../client/log.ts'
import { nodeVerify } from '../node/fast.ts'
import { fromUtf8 } from '../tlog/bytes.ts'
import { parsePolicy } from '../tlog/policy.ts'
import type { Common } from './answer.ts'
import { CliError } from './failure.ts'
import { fileOf, keepFork, recall, remember } from './remembered.ts'
import { pathOf, type Terminal } from './terminal.ts'

/** Where a registry is looked for when nothing says otherwise. */
const HERE = 'http://127.0.0.1:8787'

/**
 * The text of the policy: `--policy`, else `ACCORD_POLICY`, else what the command falls back on.
 *
 * @throws {CliError} `POLICY_NEEDED`
 */
export async function readPolicy(
  terminal: Terminal,
  common: Common,
  fallback?: string,
): Promise<string> {
  const file = common.policy ?? terminal.env['ACCORD_POLICY'] ?? fallback
  if (file) return readFile(pathOf(terminal, file), 'utf8')
  throw new CliError('POLICY_NEEDED', 'nothing says whom to trust', {
    advice:
      'get a policy file from somebody other than the registry (a witness, a mirror, a newspaper) and name it with --policy or ACCORD_POLICY; whoever runs the registry has it in data/policy.txt',
  })
}

/** A registry's address, or a folder: `--log`, else `ACCORD_LOG`, else what the policy says. */
export function addressOf(terminal: Terminal, common: Common, policyText: string): string {
  const named = common.log ?? terminal.env['ACCORD_LOG']
  const [only, ...more] = parsePolicy(policyText).logs
  const address = named || (more.length === 0 && only?.url) || HERE
  return address.replace(/\/+$/, '')
}

/** Whether an address is one of the web, and no folder. */
export function isUrl(address: string): boolean {
  return /^https?:\/\//.test(address)
}

/** Reads files of a log from an address. */
export function fetchAt(terminal: Terminal, address: string): Fetch {
  if (isUrl(address)) return fetchFrom(address, terminal.fetch)
  return fetchFrom(pathToFileURL(pathOf(terminal, address)).href, fetchFile)
}

/** A folder in the place of a file is no file. */
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'EISDIR', 'ENOTDIR'])

/** Answers for files as a server would. */
const fetchFile: FetchLike = async (url) => {
  try {
    return new Response(new Uint8Array(await readFile(new URL(String(url)))))
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) {
      return new Response('', { status: 404 })
    }
    throw error
  }
}

/**
 * Opens a log under a policy, as an extension of the one that was verified here before.
 *
 * @throws {CliError} `FORK`, the two checkpoints being kept in a file; `OTHER_LOG`
 */
export async function openTrusted(
  terminal: Terminal,
  common: Common,
  policyText: string,
): Promise<Log> {
  const address = addressOf(terminal, common, policyText)
  const fetch = fetchAt(terminal, address)
  const note = await fetchCheckpoint(fetch, address)
  const origin = (fromUtf8(note) ?? '').split('\n', 1)[0]!
  const remembered = await recall(terminal, origin)
  const log = await openLog({
    fetch: async (path) => (path === 'checkpoint' ? note : fetch(path)),
    policy: parsePolicy(policyText),
    verify: nodeVerify,
    ...(remembered === undefined ? {} : { remembered }),
  }).catch((error: unknown) => raise(terminal, origin, error))
  await remember(terminal, log.checkpoint.origin, log.note)
  return log
}

async function fetchCheckpoint(fetch: Fetch, address: string): Promise<Uint8Array> {
  try {
    return await fetch('checkpoint')
  } catch (cause) {
    throw new ClientError('UNAVAILABLE', `no checkpoint is to be had at ${address}`, { cause })
  }
}

async function raise(terminal: Terminal, origin: string, error: unknown): Promise<never> {
  if (error instanceof ClientError && error.code === 'OTHER_LOG') {
    const file = fileOf(terminal, origin)
    throw new CliError('OTHER_LOG', error.message, {
      advice: `what was remembered of this name is in ${file}. If that was another registry of the same name (one you threw away), delete the file, or set ACCORD_HOME per registry; if not, keep it and tell others`,
      data: { file },
      cause: error,
    })
  }
  const fork = error instanceof ClientError && (error.code === 'SHRANK' || error.code === 'FORKED')
  if (!fork || !error.notes) throw error
  const file = await keepFork(terminal, origin, error.notes)
  throw new CliError('FORK', `what was verified here before does not fit: ${error.message}`, {
    advice: `both checkpoints are in ${file}: a copy that lags is harmless; else they prove that ${origin} rewrote its log, so show them to a witness and to others`,
    data: { file },
    cause: error,
  })
}

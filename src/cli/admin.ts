/**
 * The operator's door of a registry on Cloudflare, from a command.
 *
 * @module
 */
import { CliError } from './failure.ts'
import type { Terminal } from './terminal.ts'

/**
 * Asks the operator's routes of a registry. All of them may be asked twice: a connection that ends
 * without an answer is tried again.
 *
 * @param path - without `/admin/`
 * @throws {CliError} `USAGE` without a token, `NO_ANSWER`, `REFUSED`, `BAD_ANSWER`
 */
export async function askAdmin(
  terminal: Terminal,
  url: string,
  path: string,
  body?: string,
): Promise<Record<string, unknown>> {
  const token = terminal.env['ACCORD_ADMIN_TOKEN']
  if (!token) {
    throw new CliError('USAGE', 'expected the token of the Worker in ACCORD_ADMIN_TOKEN', {
      advice: 'it is the secret that was put there by: wrangler secret put ACCORD_ADMIN_TOKEN',
    })
  }
  const headers = { authorization: `Bearer ${token}` }
  const init = body === undefined ? { headers } : { method: 'POST', headers, body }
  const address = `${url}/admin/${path}`
  const ask = async () => terminal.fetch(address, init)
  const answer = await ask()
    .catch(ask)
    .catch((cause: unknown) => {
      throw new CliError('NO_ANSWER', `${url} does not answer`, { cause })
    })
  const text = await answer.text()
  if (answer.status === 200) return JSON.parse(text) as Record<string, unknown>
  throw new CliError('REFUSED', `${address} answered with ${answer.status}: ${text.trim()}`)
}

/**
 * `accord init`: a registry is founded, to be served later.
 *
 * @module
 */
import type { Command } from 'commander'
import { readSettings } from '../node/config.ts'
import type { Answer, Run } from './answer.ts'
import { serve } from './serve.ts'
import { passphrase, pathOf, type Terminal } from './terminal.ts'

/** Adds the command. */
export function initCommand(program: Command, run: Run): void {
  program
    .command('init')
    .description('found a registry: its keys, its first entry and the instruments that ship')
    .action(run((terminal) => init(terminal)))
}

/** A start that ends at once: the founding is the same, and nobody is served on a free port. */
async function init(terminal: Terminal): Promise<Answer> {
  const settings = readSettings(terminal.env)
  const folder = pathOf(terminal, settings.ACCORD_DATA_DIR)
  const serving = await serve({
    settings: { ...settings, ACCORD_DATA_DIR: folder, HOST: '127.0.0.1', PORT: 0 },
    clock: terminal.now,
    log: () => {},
    passphrase: () => passphrase(terminal, 'the keys of the registry', false),
  })
  await serving.close()
  const { origin, vkey, home, published, exposed } = serving
  return {
    lines: [
      `origin   ${origin}`,
      `log key  ${vkey}`,
      `policy   ${home.policy}`,
      ...published.map((id) => `published ${id}`),
      ...(exposed.length > 0
        ? [`for a registry that others rely on, move off this machine: ${exposed.join(', ')}`]
        : []),
    ],
    data: { origin, vkey, policy: home.policy, data: folder, published, exposed },
  }
}

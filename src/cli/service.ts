/**
 * `accord init` and `accord serve`: a registry is founded, and runs.
 *
 * @module
 */
import type { Command } from 'commander'
import { readSettings, type Settings } from '../node/config.ts'
import { startLogging } from '../node/logging.ts'
import type { Answer, Run } from './answer.ts'
import { type Serving, serve } from './serve.ts'
import { passphrase, pathOf, type Terminal } from './terminal.ts'

/** Adds the commands. */
export function serviceCommands(program: Command, run: Run): void {
  program
    .command('init')
    .description('found a registry: its keys, its first entry and the instruments that ship')
    .action(run((terminal) => init(terminal)))
  program
    .command('serve')
    .description('run the registry, and found it where there is none; README has its settings')
    .action(run((terminal) => runRegistry(terminal)))
}

/** Starts with the settings of the environment. */
async function start(terminal: Terminal, settings: Settings): Promise<Serving> {
  return serve({
    settings: { ...settings, ACCORD_DATA_DIR: pathOf(terminal, settings.ACCORD_DATA_DIR) },
    clock: terminal.now,
    log: await startLogging(settings.ACCORD_LOG_LEVEL),
    passphrase: () => passphrase(terminal, 'the keys of the registry', false),
  })
}

/** Founding needs the log's own way in; nobody is served on the port that is free just now. */
async function init(terminal: Terminal): Promise<Answer> {
  const settings = readSettings(terminal.env)
  const serving = await start(terminal, { ...settings, HOST: '127.0.0.1', PORT: 0 })
  await serving.close()
  return { lines: describeServing(serving), data: dataOf(serving) }
}

async function runRegistry(terminal: Terminal): Promise<Answer> {
  const serving = await start(terminal, readSettings(terminal.env))
  for (const line of [...describeServing(serving), ...hints(serving)]) terminal.out(`${line}\n`)
  await terminal.stopped()
  await serving.close()
  return { lines: ['stopped'], data: dataOf(serving) }
}

function describeServing({ origin, vkey, home, exposed, published }: Serving): string[] {
  return [
    `log      ${origin}`,
    `vkey     ${vkey}`,
    `policy   ${home.policy}`,
    ...(published.length > 0 ? [`published just now: ${published.join(', ')}`] : []),
    ...(exposed.length > 0
      ? [`for a real registry move these off this disk: ${exposed.join(', ')} in ${home.keys}`]
      : []),
  ]
}

function hints({ url, home }: Serving): string[] {
  return [
    `serving  ${url}`,
    'Domains are confirmed by hand in this version: accord confirm. Try, in another terminal:',
    `  export ACCORD_LOG=${url} ACCORD_POLICY=${home.policy}`,
    '  accord show',
  ]
}

function dataOf({ url, origin, vkey, home, published, exposed }: Serving): object {
  return { origin, vkey, url, policy: home.policy, data: home.folder, published, exposed }
}

/**
 * `accord keygen` and `accord vkey`: keys are made, and their public part is shown.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { formatSecretKey, seedSigner } from '../../keys/signer.ts'
import { ED25519, formatVKey } from '../../keys/vkey.ts'
import { domainOfKeyName } from '../accord/text.ts'
import { writeKeyFile } from '../node/key-file.ts'
import type { Answer, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { openKey } from './keys.ts'
import { passphrase, pathOf, type Terminal } from './terminal.ts'

/** Adds the commands. */
export function keygenCommands(program: Command, run: Run): void {
  program
    .command('keygen')
    .argument('<name>', 'domain, or domain/label: contoso.com/general-counsel')
    .description('make a key: print its vkey, write the secret to a file of mode 0600')
    .option('-o, --out <file>', 'the file; by default the name, with .key')
    .option('--passphrase', 'encrypt the file (age); asked, or read from ACCORD_PASSPHRASE_FILE')
    .action(run<KeygenOptions>((terminal, options, [name]) => keygen(terminal, name!, options)))
  program
    .command('vkey')
    .argument('<file>', 'a key file')
    .description('print the vkey of a key file')
    .action(
      run(async (terminal, _options, [file]) => {
        const vkey = formatVKey((await openKey(terminal, file!)).vkey)
        return { lines: [vkey], data: { vkey } }
      }),
    )
}

interface KeygenOptions {
  readonly out?: string
  readonly passphrase?: boolean
}

async function keygen(terminal: Terminal, name: string, options: KeygenOptions): Promise<Answer> {
  if (domainOfKeyName(name) === null) {
    throw new CliError('USAGE', `expected a domain, or domain/label in [a-z0-9-], got ${name}`)
  }
  const file = options.out ?? `${name.replace('/', '-')}.key`
  const seed = new Uint8Array(randomBytes(32))
  const word = options.passphrase ? await passphrase(terminal, file, true) : undefined
  if (word === '') throw new CliError('USAGE', 'expected a passphrase that is not empty')
  const secret = formatSecretKey({ name, type: ED25519, seed })
  await writeKeyFile(pathOf(terminal, file), secret, word)
  const vkey = formatVKey(seedSigner(name, seed).vkey)
  terminal.talk(`the secret is in ${file}: keep it, and show it to nobody\n`)
  return { lines: [vkey], data: { vkey, file } }
}

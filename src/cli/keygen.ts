/**
 * `accord keygen` and `accord vkey`: keys are made, or named where they are held, and their public
 * part is shown.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { type Command, Option } from 'commander'
import { formatSecretKey, seedSigner } from '../../keys/signer.ts'
import { ED25519, formatVKey, ML_DSA_44, vkeyOf } from '../../keys/vkey.ts'
import { domainOfKeyName, isOrigin } from '../accord/text.ts'
import { canBeForeign } from '../node/foreign-signer.ts'
import { formatHeldKey } from '../node/held-key.ts'
import { heldSigner, writeKeyFile } from '../node/key-file.ts'
import { chooseIdentity, readIdentities } from '../node/ssh-agent.ts'
import { utf8 } from '../tlog/bytes.ts'
import type { Answer, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { openKey, readPublicKey } from './keys.ts'
import { passphrase, pathOf, type Terminal } from './terminal.ts'

/** Adds the commands. */
export function keygenCommands(program: Command, run: Run): void {
  program
    .command('keygen')
    .argument('<name>', 'domain, or domain/label: contoso.com/general-counsel')
    .argument('[argv...]', 'with --command, behind --: the program that signs, and its arguments')
    .description('make a key: print its vkey, write the secret to a file of mode 0600')
    .option('-o, --out <file>', 'the file; by default the name, with .key')
    .addOption(
      new Option('--type <type>', 'ml-dsa-44 is for checkpoints: a second key of a log')
        .choices(['ed25519', 'ml-dsa-44'])
        .default('ed25519'),
    )
    .option('--passphrase', 'encrypt the file (age); asked, or read from ACCORD_PASSPHRASE_FILE')
    .addOption(
      new Option(
        '--agent [which]',
        'name a key of the ssh-agent, by its comment or fingerprint',
      ).conflicts(['passphrase', 'command', 'public']),
    )
    .addOption(
      new Option(
        '--command',
        'name a key that a command signs with: needs --public and -- argv',
      ).conflicts(['passphrase']),
    )
    .option('--public <key>', 'the public key of --command: base64, or a file in PEM')
    .action(
      run<KeygenOptions>((terminal, options, [name, ...argv]) =>
        keygen(terminal, name!, argv, options),
      ),
    )
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
  readonly type: 'ed25519' | 'ml-dsa-44'
  readonly passphrase?: boolean
  readonly agent?: string | true
  readonly command?: boolean
  readonly public?: string
}

async function keygen(
  terminal: Terminal,
  name: string,
  argv: readonly string[],
  options: KeygenOptions,
): Promise<Answer> {
  demandName(name, options)
  const parts = [options.command, options.public !== undefined, argv.length > 0]
  if (parts.includes(true) && !parts.every(Boolean)) {
    throw new CliError('USAGE', 'expected --public KEY --command -- PROGRAM ARGUMENTS, all of it')
  }
  const file = options.out ?? `${name.replaceAll('/', '-')}.key`
  const vkey =
    options.agent === undefined && !options.command
      ? await make(terminal, name, file, options)
      : await hold(terminal, name, file, argv, options)
  return { lines: [vkey], data: { vkey, file } }
}

/** Statements are signed in the name of a domain, checkpoints in that of a log. */
function demandName(name: string, { type, agent, command }: KeygenOptions): void {
  if (type === 'ml-dsa-44') {
    if (agent !== undefined || command) {
      throw new CliError('USAGE', '--type ml-dsa-44: expected no key that is held elsewhere')
    }
    if (!isOrigin(name)) throw new CliError('USAGE', `expected the origin of a log, got ${name}`)
  } else if (domainOfKeyName(name) === null) {
    throw new CliError('USAGE', `expected a domain, or domain/label in [a-z0-9-], got ${name}`)
  }
}

/** Makes a key. @returns its vkey */
async function make(
  terminal: Terminal,
  name: string,
  file: string,
  options: KeygenOptions,
): Promise<string> {
  const seed = new Uint8Array(randomBytes(32))
  const word = options.passphrase ? await passphrase(terminal, file, true) : undefined
  if (word === '') throw new CliError('USAGE', 'expected a passphrase that is not empty')
  const type = options.type === 'ml-dsa-44' ? ML_DSA_44 : ED25519
  const secret = formatSecretKey({ name, type, seed })
  await writeKeyFile(pathOf(terminal, file), secret, word)
  terminal.talk(`the secret is in ${file}: keep it, and show it to nobody\n`)
  return formatVKey(seedSigner(name, seed, type).vkey)
}

/** Writes down where a key is held, once it has shown that it signs. @returns its vkey */
async function hold(
  terminal: Terminal,
  name: string,
  file: string,
  argv: readonly string[],
  options: KeygenOptions,
): Promise<string> {
  const vkey = vkeyOf(name, await heldKey(terminal, options))
  if (!canBeForeign(vkey)) throw new CliError('USAGE', 'expected a public key that is no weak one')
  const key = { vkey, argv: options.command ? argv : null }
  const path = pathOf(terminal, file)
  // No statement, checkpoint or cosignature begins like this.
  await heldSigner(key, dirname(path), terminal.env).sign(utf8(`accord keygen ${name}\n`))
  await writeKeyFile(path, formatHeldKey(key))
  terminal.talk(`${file} says where the key is held; it has signed a trial\n`)
  return formatVKey(vkey)
}

/** The 32 bytes of the public key. */
async function heldKey(terminal: Terminal, options: KeygenOptions): Promise<Uint8Array> {
  const { agent } = options
  if (agent !== undefined) {
    const identities = await readIdentities({ socket: terminal.env['SSH_AUTH_SOCK'] })
    return chooseIdentity(identities, agent === true ? undefined : agent)
  }
  return readPublicKey(terminal, options.public!)
}

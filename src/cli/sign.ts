/**
 * `accord sign` and `accord submit`: an officer adds a signature line, offline; anyone hands in the
 * note once there are enough.
 *
 * @module
 */
import type { Command } from 'commander'
import type { Signer } from '../../keys/signer.ts'
import { formatStatement, type Statement } from '../accord/statement.ts'
import { domainOfKeyName } from '../accord/text.ts'
import { signNote } from '../tlog/note.ts'
import type { Answer, Run } from './answer.ts'
import { answerLogged } from './attest.ts'
import { describeMissing, tryOut } from './draft.ts'
import { CliError, refused } from './failure.ts'
import { defaultName, merge, named, noteOf, readSigned, type Signed, save } from './files.ts'
import { readGround, redraft, titlesOf } from './ground.ts'
import { openKeys, several } from './keys.ts'
import { type PostOptions, post } from './post.ts'
import { readPolicy } from './source.ts'
import { summarize } from './summary.ts'
import { confirm, type Terminal } from './terminal.ts'

/** Adds the commands. */
export function signCommands(program: Command, run: Run): void {
  program
    .command('sign')
    .argument('<file...>', 'a .statement, or .note files of one statement, which are put together')
    .description('show a statement, and add a signature line; needs no network')
    .option('-k, --key <file>', 'a key file to sign with; may be given several times', several)
    .option('-o, --out <file>', 'the note that is written; by default beside the file')
    .option('-y, --yes', 'sign without asking')
    .action(run<SignOptions>(sign))
  program
    .command('submit')
    .argument('<file...>', 'one or more .note files of one statement')
    .description('hand in a note, and keep its verified receipt')
    .option('--card <file>', "an officer's card to be shown; may be given several times", several)
    .option('-o, --out <file>', 'the receipt that is written; by default beside the file')
    .action(run<SignOptions>(submit))
}

interface SignOptions extends PostOptions {
  readonly key?: readonly string[]
  readonly out?: string
  readonly yes?: boolean
}

async function sign(terminal: Terminal, options: SignOptions, files: string[]): Promise<Answer> {
  const signed = await readSigned(terminal, files)
  const signers = await openKeys(terminal, options.key ?? [])
  for (const signer of signers) demandSpeaker(signer, signed.statement)
  if (signers.length === 0 && files.length < 2) {
    throw new CliError('KEY_NEEDED', 'expected a key to sign with', { advice: 'name it with -k' })
  }
  for (const line of summarize(signed.statement)) terminal.talk(`${line}\n`)
  const added = signers.length > 0 ? await addLines(terminal, options, signed, signers) : signed
  const file = named(options.out ?? files[0]!, 'note')
  await save(terminal, file, noteOf(added))
  const by = added.signatures.map((s) => `${s.name}+${s.id}`)
  return {
    lines: [`${file} is signed by`, ...by.map((s) => `  ${s}`)],
    data: { file, signatures: by },
  }
}

async function addLines(
  terminal: Terminal,
  options: SignOptions,
  signed: Signed,
  signers: readonly Signer[],
): Promise<Signed> {
  await confirm(terminal, 'sign this?', options.yes ?? false)
  const { signatures } = await signNote(signed.text, signers)
  return merge([signed, { ...signed, signatures }])
}

/** Keys of others would only spoil the note. @throws {CliError} `KEY_OF_ANOTHER` */
function demandSpeaker({ vkey }: Signer, statement: Statement): void {
  const speakers = [statement.party]
  if (statement.type === 'succession/v1') speakers.push(statement.successor)
  if (!speakers.includes(domainOfKeyName(vkey.name) ?? '')) {
    throw new CliError('KEY_OF_ANOTHER', `${vkey.name} is no key of ${speakers.join(' or ')}`)
  }
}

async function submit(terminal: Terminal, options: SignOptions, files: string[]): Promise<Answer> {
  const signed = await readSigned(terminal, files)
  if (signed.signatures.length === 0) {
    throw new CliError('KEY_NEEDED', `nobody has signed ${files[0]}`, {
      advice: `accord sign ${files[0]} -k KEYFILE`,
    })
  }
  const policyText = await readPolicy(terminal, options)
  const out = options.out ?? files[0]!
  const logged = await post(terminal, options, policyText, signed, out)
  if (logged) return answerLogged(terminal, { ...options, out }, policyText, signed, logged)
  return again(terminal, options, policyText, signed)
}

/** Drafts a statement that another one came before once more, for the same people to sign. */
async function again(
  terminal: Terminal,
  options: SignOptions,
  policyText: string,
  signed: Signed,
): Promise<never> {
  const ground = await readGround(terminal, options, policyText)
  const statement = redraft(ground, signed.statement)
  const text = formatStatement(statement)
  const { refusal, missing } = tryOut(ground, { text, statement, signatures: [] })
  if (refusal) throw refused(refusal)
  const file = named(defaultName(text, statement), 'statement')
  await save(terminal, file, text)
  for (const line of summarize(statement, titlesOf(ground))) terminal.talk(`${line}\n`)
  const who = missing.map(describeMissing).join('; ')
  throw new CliError('STALE', `another statement of ${statement.party} came first: ${who}`, {
    advice: `it is drafted again in ${file}: accord sign ${file} -k KEYFILE`,
    data: { file, missing },
  })
}

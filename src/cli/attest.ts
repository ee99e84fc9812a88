/**
 * One step: a statement is drafted, shown, signed with the keys at hand, and submitted.
 *
 * If a colleague's statement was logged meanwhile, it is drafted again with the new head, shown
 * again and signed again; whoever signs need not know how.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Signer } from '../../keys/signer.ts'
import { formatStatement, type Statement } from '../accord/statement.ts'
import { signNote } from '../tlog/note.ts'
import type { Answer, Run } from './answer.ts'
import {
  confirmationLines,
  type DraftOptions,
  describeMissing,
  type Make,
  type Mount,
  patched,
  type Speaker,
  tryOut,
  withDraftOptions,
} from './draft.ts'
import { CliError, refused } from './failure.ts'
import { defaultName, freeFor, named, noteOf, type Signed, save } from './files.ts'
import { type Ground, readGround, redraft, titlesOf } from './ground.ts'
import { domainOfKeys, openKeys, several } from './keys.ts'
import { outcomeOf } from './outcome.ts'
import { type Logged, type PostOptions, post } from './post.ts'
import { readPolicy } from './source.ts'
import { summarize } from './summary.ts'
import { confirm, pathOf, type Terminal } from './terminal.ts'

/** What commands that sign and submit are told beside. */
export interface AttestOptions extends DraftOptions, PostOptions {
  readonly key?: readonly string[]
  readonly yes?: boolean
}

/** How often a statement is drafted again before somebody has to look. */
const ATTEMPTS = 3

/** Mounts commands that draft, sign and submit. */
export function attestMount(run: Run): Mount {
  return (command, speaker, prepare) => {
    if (command.options.some((o) => o.long === '--officer')) {
      command.option('--card <file>', 'a card to be shown; may be given several times', several)
    }
    withDraftOptions(command, speaker)
      .option('-k, --key <file>', 'a key file to sign with; may be given several times', several)
      .option('-y, --yes', 'sign without asking')
      .action(
        run<AttestOptions>(async (terminal, options, args) => {
          const make = await prepare(terminal, options as never, args)
          return attest(terminal, options, speaker, make)
        }),
      )
  }
}

/** Who signs, and whom they trust. */
export interface Hands {
  readonly signers: readonly Signer[]
  readonly policyText: string
}

async function attest(
  terminal: Terminal,
  options: AttestOptions,
  speaker: Speaker,
  make: Make,
): Promise<Answer> {
  const hands = await handsOf(terminal, options, speaker)
  return attestWith(terminal, options, speaker, hands, make)
}

/** Drafts, shows, signs and submits with keys that are open already. */
export async function attestWith(
  terminal: Terminal,
  options: AttestOptions,
  speaker: Speaker,
  hands: Hands,
  make: Make,
): Promise<Answer> {
  let ground = await readGround(terminal, options, hands.policyText)
  const party = partyOf(options, speaker, hands, ground)
  let statement = await patched(terminal, options, make(ground, party))
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const signed = await signedBy(terminal, options, hands, ground, statement)
    const base = options.out ?? defaultName(signed.text, statement)
    const logged = await post(terminal, options, hands.policyText, signed, base)
    if (logged) return answerLogged(terminal, options, hands.policyText, signed, logged)
    terminal.talk('another statement came first: drafting again\n')
    ground = await readGround(terminal, options, hands.policyText)
    statement = redraft(ground, statement)
  }
  throw new CliError('STALE', `${party} has said something new ${ATTEMPTS} times meanwhile`, {
    advice: 'try again',
  })
}

/** Opens the keys, and reads the policy. */
export async function handsOf(
  terminal: Terminal,
  options: AttestOptions,
  speaker: Speaker,
): Promise<Hands> {
  const home = speaker === 'clerk' || speaker === 'depositary' ? homeOf(terminal) : null
  const files = options.key ?? (home ? homeKeys(home, speaker) : [])
  const policy = home && join(home, 'policy.txt')
  const policyText = await readPolicy(
    terminal,
    options,
    policy && existsSync(policy) ? policy : undefined,
  )
  return { signers: await openKeys(terminal, files), policyText }
}

/** The registry's own folder, where this machine has one. */
function homeOf(terminal: Terminal): string {
  return pathOf(terminal, terminal.env['ACCORD_DATA_DIR'] || 'data')
}

/** The depositary's keys in its folder: the clerk's, or those of its officers. */
function homeKeys(home: string, speaker: Speaker): string[] {
  const keys = join(home, 'keys')
  const files = existsSync(keys) ? readdirSync(keys).sort() : []
  const wanted = speaker === 'clerk' ? /^clerk.*\.key$/ : /^daily-.*\.key$/
  return files.filter((f) => wanted.test(f)).map((f) => join(keys, f))
}

function partyOf(
  options: AttestOptions,
  speaker: Speaker,
  { signers }: Hands,
  ground: Ground,
): string {
  if (speaker !== 'party') return ground.registry.domain
  const party = options.party ?? domainOfKeys(signers.map((s) => s.vkey.name))
  if (party !== undefined) return party
  throw new CliError('KEY_NEEDED', 'expected a key to sign with, or who speaks', {
    advice: 'name a key file with -k, or the party with --party to have it drafted',
  })
}

/** Shows a statement, asks, and signs it; no signature is asked for what would be refused. */
async function signedBy(
  terminal: Terminal,
  options: AttestOptions,
  { signers }: Hands,
  ground: Ground,
  statement: Statement,
): Promise<Signed> {
  const text = formatStatement(statement)
  const unsigned = { text, statement, signatures: [] }
  const { refusal, outcome } = tryOut(ground, unsigned)
  if (refusal) {
    for (const line of refusal.code === 'domain-unconfirmed' ? confirmationLines(statement) : []) {
      terminal.talk(`${line}\n`)
    }
    throw refused(refusal)
  }
  for (const line of [...summarize(statement, titlesOf(ground)), ...outcome]) {
    terminal.talk(`${line}\n`)
  }
  if (signers.length === 0) return demandComplete(terminal, options, ground, unsigned)
  await confirm(terminal, 'sign this?', options.yes ?? false)
  const { signatures } = await signNote(text, signers)
  return demandComplete(terminal, options, ground, { text, statement, signatures })
}

/** The statement if enough have signed; else it is written to a file for the others. */
async function demandComplete(
  terminal: Terminal,
  options: AttestOptions,
  ground: Ground,
  signed: Signed,
): Promise<Signed> {
  const { refusal, missing } = tryOut(ground, signed)
  if (refusal) throw refused(refusal)
  if (missing.length === 0) return signed
  const base = options.out ?? defaultName(signed.text, signed.statement)
  const some = signed.signatures.length > 0
  const file = named(base, some ? 'note' : 'statement')
  await save(terminal, file, some ? noteOf(signed) : signed.text)
  throw new CliError(
    'SIGNATURES_MISSING',
    `not submitted: ${missing.map(describeMissing).join('; ')}`,
    {
      advice: `it is in ${file}: accord sign ${file} -k KEYFILE, then accord submit ${named(base, 'note')}`,
      data: { file, missing },
    },
  )
}

/** Writes the receipt, and says what is in the log now. */
export async function answerLogged(
  terminal: Terminal,
  options: DraftOptions,
  policyText: string,
  { text, statement }: Signed,
  { digest, index, time, receipt, first, early }: Logged,
): Promise<Answer> {
  const base = options.out ?? defaultName(text, statement)
  const file = await freeFor(terminal, named(base, 'tlog-proof'), receipt, digest)
  await save(terminal, file, receipt)
  const was = first ? 'logged' : 'was logged already'
  const outcome = early
    ? [`  later      accord evidence ${index} --receipt has the witnesses that the policy asks for`]
    : await outcomeOf(terminal, options, policyText, index)
  return {
    lines: [
      `${was}: entry ${index}, ${time}`,
      `  statement  ${digest}`,
      `  receipt    ${file} (${early ? UNWITNESSED : 'verified'})`,
      ...outcome,
    ],
    data: { digest, index, time, first, early, receipt: file, outcome },
  }
}

const UNWITNESSED = 'the log has signed it, and too few witnesses yet'

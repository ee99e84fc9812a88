/**
 * `accord draft`: a statement is written to a file, to be signed elsewhere.
 *
 * Each kind of statement is one command, said once and mounted twice: under `accord draft`, and by
 * itself, where it also signs and submits.
 *
 * @module
 */
import type { Command } from 'commander'
import { supposeShown } from '../accord/control.ts'
import { judge } from '../accord/law.ts'
import { isRefusal, type Missing, type Refusal } from '../accord/refusal.ts'
import type { Registry, State } from '../accord/state.ts'
import { formatStatement, parseStatement, type Statement } from '../accord/statement.ts'
import { nodeVerify } from '../node/fast.ts'
import type { Answer, Common, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { defaultName, named, readJson, type Signed, save } from './files.ts'
import { type Ground, readGround, titlesOf } from './ground.ts'
import { shortKey } from './keys.ts'
import { outcomeLines } from './outcome.ts'
import { readPolicy } from './source.ts'
import { confirmCommand, domainLines, summarize } from './summary.ts'
import type { Terminal } from './terminal.ts'

/**
 * Who signs: a party's officers; those of a party that is not one yet and names itself; the
 * depositary's clerk, or its officers.
 */
export type Speaker = 'party' | 'newcomer' | 'clerk' | 'depositary'

/** Writes a statement of somebody's, on the ground of what the log says. */
export type Make = (ground: Ground, party: string) => Statement

/** Reads what a command was told, before the log is asked. */
export type Prepare<O> = (
  terminal: Terminal,
  options: O & Common,
  args: string[],
) => Make | Promise<Make>

/** Makes a command one that drafts. */
export type Mount = <O>(command: Command, speaker: Speaker, prepare: Prepare<O>) => void

/** What commands that draft are told in common. */
export interface DraftOptions extends Common {
  readonly party?: string
  readonly out?: string
  readonly patch?: string
}

/** Adds the options that drafting has. */
export function withDraftOptions(command: Command, speaker: Speaker): Command {
  if (speaker === 'party') command.option('-p, --party <domain>', 'who speaks')
  return command
    .option('-o, --out <file>', 'the name of the file that is written')
    .option('--patch <file>', 'a JSON file whose fields replace those of the draft')
}

/** Mounts commands that only draft. */
export function draftMount(run: Run): Mount {
  return (command, speaker, prepare) => {
    withDraftOptions(command, speaker).action(
      run<DraftOptions>(async (terminal, options, args) => {
        const make = await prepare(terminal, options as never, args)
        return draft(terminal, options, speaker, make)
      }),
    )
  }
}

async function draft(
  terminal: Terminal,
  options: DraftOptions,
  speaker: Speaker,
  make: Make,
): Promise<Answer> {
  if (speaker === 'party' && options.party === undefined) {
    throw new CliError('USAGE', 'expected who speaks', { advice: 'name the domain with --party' })
  }
  const policyText = await readPolicy(terminal, options)
  const ground = await readGround(terminal, options, policyText)
  const party = options.party ?? ground.registry.domain
  const statement = await patched(terminal, options, make(ground, party))
  const text = formatStatement(statement)
  const file = named(options.out ?? defaultName(text, statement), 'statement')
  await save(terminal, file, text)
  const { refusal, missing, outcome } = tryOut(ground, { text, statement, signatures: [] })
  const data = { file, statement, refusal, missing }
  return {
    lines: [
      ...summarize(statement, titlesOf(ground)),
      ...outcome,
      '',
      ...outlook(file, statement, refusal, missing),
      ...toPublish(ground.registry, statement),
    ],
    data,
  }
}

/** What comes next, for people. */
function outlook(
  file: string,
  statement: Statement,
  refusal: Refusal | null,
  missing: readonly Missing[],
): string[] {
  if (refusal) return [...refusedLines(statement, refusal), `written to ${file}`]
  return [
    ...missing.map((m) => describeMissing(m)),
    `written to ${file}; each signs with: accord sign ${file} -k KEYFILE`,
  ]
}

/** What the domain has to show before the registry takes the statement. */
function toPublish(registry: Registry, s: Statement): string[] {
  const shown = s.type === 'enrolment/v1' && (s.mode === 'first' || s.mode === 'recover')
  if (!shown || !asksDomains(registry)) return []
  return ['', 'publish first, on one channel or on both:', ...domainLines(s)]
}

/** Why it would not be admitted now, and what to do where that is known. */
function refusedLines(statement: Statement, refusal: Refusal): string[] {
  return [
    `as things stand it would be refused, ${refusal.code}: ${refusal.detail}`,
    ...(refusal.code === 'domain-unconfirmed' ? confirmationLines(statement) : []),
  ]
}

/** What has to happen before a domain is confirmed. */
export function confirmationLines(statement: Statement): string[] {
  const command = confirmCommand(statement)
  if (command === null) return []
  return ['publish:', ...domainLines(statement), 'then the depositary confirms it with:', command]
}

/** Who must still sign. */
export function describeMissing({ need, of, signed }: Missing): string {
  const left = of.filter((k) => !signed.includes(k)).map(shortKey)
  const n = need - signed.length
  const who = n === left.length ? 'still to sign' : `${n} more of these must sign`
  return `${who}: ${left.join(', ')}`
}

/** The draft with the fields of `--patch` instead of its own. */
export async function patched(
  terminal: Terminal,
  options: DraftOptions,
  statement: Statement,
): Promise<Statement> {
  if (options.patch === undefined) return statement
  const fields = await readJson(terminal, options.patch)
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new CliError('BAD_FILE', `expected a JSON object of fields in ${options.patch}`)
  }
  return parseStatement(formatStatement({ ...statement, ...fields } as Statement))
}

/** A statement before the law, as things stand. */
interface Trial {
  readonly refusal: Refusal | null
  /** Whose signatures are missing. */
  readonly missing: readonly Missing[]
  /** What would hold if it were logged now. */
  readonly outcome: readonly string[]
}

/**
 * What the law would say of a statement now, signatures being allowed to be missing. Where the
 * registry asks domains itself, it is taken for granted that this one will show its keys.
 */
export function tryOut({ replay, registry, now }: Ground, signed: Signed): Trial {
  const facts = {
    seenRoot: (size: number) => replay.rootAt(size),
    verify: nodeVerify,
    trial: true,
  }
  const { statement } = signed
  const first = judge(replay.memory, signed, now, facts)
  const answer =
    isRefusal(first) && first.code === 'domain-unconfirmed' && asksDomains(registry)
      ? judge(shown(replay.memory, statement, now), signed, now, facts)
      : first
  if (isRefusal(answer)) return { refusal: answer, missing: [], outcome: [] }
  const { state, missing } = answer
  return { refusal: null, missing, outcome: outlookOf(state, statement, missing, now) }
}

/** Whether the registry asks domains for their keys itself. */
export function asksDomains({ rules }: Registry): boolean {
  return rules.methods.some((method) => method !== 'manual')
}

function shown(state: State, s: Statement, now: number): State {
  return s.type === 'enrolment/v1' && s.mode !== 'cancel'
    ? supposeShown(state, s.party, s, now)
    : state
}

/** Which signatures there will be decides when recovery keys are replaced. */
function outlookOf(
  after: State,
  statement: Statement,
  missing: readonly Missing[],
  now: number,
): string[] {
  const open = statement.type === 'enrolment/v1' && statement.mode === 'replace-recovery'
  const lines =
    open && missing.length > 0 ? [] : outcomeLines(after, statement, after.size - 1, now)
  return lines.map((line) => `  if logged now ${line}`)
}

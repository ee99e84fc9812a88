/**
 * `accord verify` and `accord evidence`: what a file proves, and a file that proves it.
 *
 * @module
 */
import type { Command } from 'commander'
import { isDigest } from '../accord/text.ts'
import { findStatement, makeEvidence, makeReceipt } from '../client/receipt.ts'
import { nodeVerify } from '../node/fast.ts'
import { type Verdict, verifyAny } from '../verify.ts'
import type { Answer, Common, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { named, read, save } from './files.ts'
import { withProgress } from './progress.ts'
import { openTrusted, readPolicy } from './source.ts'
import type { Terminal } from './terminal.ts'

/** Adds the commands. */
export function verifyCommands(program: Command, run: Run): void {
  program
    .command('verify')
    .argument('<file...>', 'receipts (.tlog-proof) and evidence files (.accord-evidence)')
    .description('say what a file proves and what it does not; needs no network')
    .action(run(verify))
  program
    .command('evidence')
    .argument('<digest>', 'the digest of a statement, or the index of its entry')
    .description('make an evidence file, from the registry, a mirror or a copy (--log)')
    .option('-o, --out <file>', 'the file that is written')
    .option('--receipt', 'make a receipt instead')
    .action(run<EvidenceOptions>((terminal, options, [what]) => evidence(terminal, options, what!)))
}

async function verify(terminal: Terminal, options: Common, files: string[]): Promise<Answer> {
  const policy = await readPolicy(terminal, options)
  const results: { file: string; verdict: Verdict }[] = []
  for (const file of files) {
    results.push({ file, verdict: verifyAny(await read(terminal, file), policy, nodeVerify) })
  }
  return {
    lines: results.flatMap(({ file, verdict }) => describeVerdict(file, verdict)),
    data: { results: results.map(({ file, verdict }) => ({ file, ...verdict })) },
    exit: worst(results.map((r) => r.verdict)),
  }
}

/** One that is wrong outweighs one of which nothing can be told. */
function worst(verdicts: readonly Verdict[]): 0 | 1 | 2 {
  if (verdicts.some((v) => v.verdict === 'not verified')) return 1
  return verdicts.every((v) => v.verdict === 'verified') ? 0 : 2
}

function describeVerdict(file: string, v: Verdict): string[] {
  const lines = [`${file}: ${v.verdict}`]
  if (v.reason) {
    const { failed, expected, advice, detail, code } = v.reason
    return [
      ...lines,
      `  ${failed}`,
      `  Expected: ${expected}`,
      `  What to do: ${advice}`,
      `  (${code}: ${detail})`,
    ]
  }
  return [
    ...lines,
    '  It proves:',
    ...v.proves.map((s) => `  - ${s}`),
    '  It does not prove:',
    ...v.doesNotProve.map((s) => `  - ${s}`),
  ]
}

interface EvidenceOptions extends Common {
  readonly out?: string
  readonly receipt?: boolean
}

async function evidence(
  terminal: Terminal,
  options: EvidenceOptions,
  what: string,
): Promise<Answer> {
  const policyText = await readPolicy(terminal, options)
  const log = await openTrusted(terminal, options, policyText)
  const text = await withProgress(terminal, 'reading the log', async (onProgress) => {
    const index = /^\d+$/.test(what)
      ? Number(what)
      : await findStatement(log, digestFrom(what), onProgress)
    return options.receipt ? makeReceipt(log, index) : makeEvidence(log, index, onProgress)
  })
  const verdict = verifyAny(text, policyText, nodeVerify)
  const ending = options.receipt ? 'tlog-proof' : 'accord-evidence'
  const base = /^\d+$/.test(what) ? `entry-${what}` : what.slice(7, 15)
  const file = named(options.out ?? base, ending)
  await save(terminal, file, text)
  const { size } = log.checkpoint
  return {
    lines: [...describeVerdict(file, verdict), `made from the log at size ${size}`],
    data: { file, size, ...verdict },
    exit: worst([verdict]),
  }
}

function digestFrom(text: string) {
  if (isDigest(text)) return text
  throw new CliError('USAGE', `expected a digest (sha256:…) or an index, got ${text}`)
}

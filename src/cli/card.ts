/**
 * `accord card`: who signs for a party is written to a file, of which a statement has only the
 * digest.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { encodeBase64 } from '../../keys/base64.ts'
import { card, cardDigest, formatCard, officersOf, parseCard, SALT_BYTES } from '../accord/card.ts'
import { AccordError } from '../accord/error.ts'
import type { Statement } from '../accord/statement.ts'
import type { Answer, Run } from './answer.ts'
import { CliError } from './failure.ts'
import { read } from './files.ts'
import { pathOf, type Terminal } from './terminal.ts'

/** Adds the command. */
export function cardCommand(program: Command, run: Run): void {
  program
    .command('card')
    .argument('<name...>', "the officer's name")
    .description('write a card for an officer: make one for each statement, and keep it')
    .requiredOption('-o, --out <file>', 'the file that is written')
    .addHelpText(
      'after',
      `
The statement has only the digest of the card: give the file to --officer. Who has the card file can
have the name shown beside the statement (accord submit --card): give it to nobody else. The registry
erases a card on demand; a card that a party uses twice is erased for both.`,
    )
    .action(run<CardOptions>((terminal, options, names) => makeCard(terminal, options, names)))
}

interface CardOptions {
  readonly out: string
}

async function makeCard(
  terminal: Terminal,
  { out }: CardOptions,
  names: readonly string[],
): Promise<Answer> {
  const salt = encodeBase64(new Uint8Array(randomBytes(SALT_BYTES)))
  const made = card.safeParse({ type: 'card/v1', salt, name: names.join(' ') })
  if (!made.success) {
    throw new CliError('USAGE', `the name: expected ${made.error.issues[0]!.message}`)
  }
  const text = formatCard(made.data)
  await writeFile(pathOf(terminal, out), text, { mode: 0o600, flag: 'wx' })
  const digest = cardDigest(text)
  return {
    lines: [digest, `written to ${out}: name the officer with --officer 'ROLE=${out}'`],
    data: { digest, file: out },
  }
}

/** Reads a card. @throws {CliError} `BAD_FILE` */
export async function readCard(terminal: Terminal, file: string): Promise<string> {
  const text = await read(terminal, file)
  try {
    parseCard(text)
    return text
  } catch (cause) {
    if (!(cause instanceof AccordError)) throw cause
    const advice = 'accord card writes one'
    throw new CliError('BAD_FILE', `${file}: ${cause.message}`, { advice, cause })
  }
}

/**
 * Reads the cards that are to be sent with a statement.
 *
 * @throws {CliError} `BAD_FILE`; `USAGE` where no officer of it has the card
 */
export async function cardsFor(
  terminal: Terminal,
  files: readonly string[],
  statement: Statement,
): Promise<string[]> {
  const named = officersOf(statement).map((officer) => officer.card)
  const cards: string[] = []
  for (const file of files) {
    const text = await readCard(terminal, file)
    if (!named.includes(cardDigest(text))) {
      throw new CliError('USAGE', `no officer of the statement has the card in ${file}`, {
        advice: 'a statement names its officers when it is drafted, with --officer',
      })
    }
    cards.push(text)
  }
  return cards
}

/**
 * Cards: who a person is that signed for a party. A statement has only the card's digest, so that
 * the person can be forgotten and the log stays as it is.
 *
 * A card is JSON in one spelling, as statements are.
 *
 * See docs/spec/card.md.
 *
 * @module
 */
import * as z from 'zod'
import { decodeBase64, encodeBase64 } from '../../keys/base64.ts'
import { utf8 } from '../tlog/bytes.ts'
import { AccordError } from './error.ts'
import * as s from './schema.ts'
import type { Statement } from './statement.ts'
import { type Digest, digestOf } from './text.ts'

/** How many bytes of salt a card has: nobody finds them by trying. */
export const SALT_BYTES = 32

/** The fields of a card. */
export const card = z
  .strictObject({
    type: z.literal('card/v1'),
    salt: z
      .string()
      .refine(isSalt, 'base64 of 32 bytes')
      .meta({ description: 'base64 of 32 bytes' }),
    name: s.line(1, 200),
  })
  .meta({ id: 'Card' })

/** A card. */
export type CardV1 = z.infer<typeof card>

function isSalt(text: string): boolean {
  const bytes = decodeBase64(text)
  return bytes?.length === SALT_BYTES && encodeBase64(bytes) === text
}

/** Formats a card in its one spelling. @throws where it is none */
export function formatCard(value: CardV1): string {
  return `${JSON.stringify(card.parse(value), null, 2)}\n`
}

/**
 * Parses a card.
 *
 * @throws {AccordError} `MALFORMED`; what it says never quotes the card
 */
export function parseCard(text: string): CardV1 {
  const value = readCard(text)
  if (formatCard(value) !== text) throw new AccordError('MALFORMED', 'a card in another spelling')
  return value
}

function readCard(text: string): CardV1 {
  try {
    return card.parse(JSON.parse(text))
  } catch {
    // The cause would quote it.
    throw new AccordError('MALFORMED', 'expected a card: type, salt and name, and nothing else')
  }
}

/** The digest by which a statement names a card: SHA-256 of its text, the salt in it. */
export function cardDigest(text: string): Digest {
  return digestOf(utf8(text))
}

/** The officers that a statement names. */
export function officersOf(statement: Statement): readonly z.infer<typeof s.officer>[] {
  return statement.type === 'commitment/v1' ? statement.officers : []
}

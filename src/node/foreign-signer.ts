/**
 * Signers whose secret is held elsewhere: by an agent, or behind a command.
 *
 * What they return is foreign bytes until it is found to be a signature by the key that was asked,
 * over the bytes that were handed over.
 *
 * @module
 */
import { admissible } from '../../keys/ed25519.ts'
import type { Signer } from '../../keys/signer.ts'
import { COSIGNATURE, ED25519, type VKey } from '../../keys/vkey.ts'
import { nodeVerify } from './fast.ts'

/** How long a signature may take, in milliseconds: somebody may have to type a PIN. */
export const PATIENCE = 60_000

/**
 * - `MALFORMED_HELD_KEY`: a text that does not name a key held elsewhere in its one spelling
 * - `NO_AGENT`: no agent is named, or none listens there
 * - `BAD_AGENT`: what answers does not speak the agent's protocol
 * - `NO_SUCH_KEY`: the agent has no key that fits, or several
 * - `HARDWARE_KEY`: a key that never signs the bytes it is handed
 * - `AGENT_REFUSED`: the agent does not hold the key, is locked, or was told no
 * - `COMMAND_FAILED`: the command cannot be started, or says that it failed
 * - `SIGNER_SLOW`: no signature came in time
 * - `WRONG_SIGNATURE`: what came is no signature by this key over these bytes
 */
export type SignerCode =
  | 'MALFORMED_HELD_KEY'
  | 'NO_AGENT'
  | 'BAD_AGENT'
  | 'NO_SUCH_KEY'
  | 'HARDWARE_KEY'
  | 'AGENT_REFUSED'
  | 'COMMAND_FAILED'
  | 'SIGNER_SLOW'
  | 'WRONG_SIGNATURE'

/** What goes wrong with a key that is held elsewhere. */
export class SignerError extends Error {
  readonly code: SignerCode
  constructor(code: SignerCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'SignerError'
    this.code = code
  }
}

/** Says whether a key can be held elsewhere: one of Ed25519, and no weak one. */
export function canBeForeign({ type, key }: VKey): boolean {
  return (type === ED25519 || type === COSIGNATURE) && admissible(key)
}

/**
 * A signer that believes nothing.
 *
 * @param vkey whose signatures are taken, and no other's
 * @param sign asks for a bare signature over exactly these bytes
 * @throws {RangeError} for a key that cannot be held elsewhere: see {@link canBeForeign}
 */
export function foreignSigner(
  vkey: VKey,
  sign: (message: Uint8Array) => Promise<Uint8Array>,
): Signer {
  if (!canBeForeign(vkey)) throw new RangeError('expected a sound Ed25519 key')
  return {
    vkey,
    async sign(message) {
      const signature = await sign(message)
      checkSignature(vkey, signature, message)
      return signature
    },
  }
}

function checkSignature(vkey: VKey, signature: Uint8Array, message: Uint8Array): void {
  if (signature.length !== 64) {
    throw new SignerError(
      'WRONG_SIGNATURE',
      `expected the 64 raw bytes of a signature by ${vkey.name}, got ${signature.length} bytes`,
    )
  }
  if (!nodeVerify(vkey.key, signature, message)) {
    throw new SignerError(
      'WRONG_SIGNATURE',
      `expected a signature by ${vkey.name}+${vkey.id} over what was to be signed`,
    )
  }
}

/**
 * What goes wrong on this floor.
 *
 * @module
 */

/**
 * - `MALFORMED_NOTE`: bytes that are no signed note, or not in its one spelling
 * - `MALFORMED_CHECKPOINT`: a text that is no checkpoint
 * - `MALFORMED_POLICY`: a text that is no policy, or one that contradicts itself
 * - `MALFORMED_PROOF`: bytes that are no tlog-proof
 * - `MALFORMED_TILE`: bytes or a path that are no tile
 * - `MALFORMED_BUNDLE`: bytes that are no entry bundle
 * - `MALFORMED_LOG_LIST`: a text that is no list of logs
 * - `MALFORMED_REQUEST`: bytes that ask a witness for nothing
 * - `BAD_SIGNATURE`: a signature by a known key that does not hold
 * - `UNVERIFIED_NOTE`: a note that no known key has signed
 * - `LOG_NOT_TRUSTED`: a checkpoint that no log of the policy has signed
 * - `QUORUM_NOT_MET`: a checkpoint that too few witnesses of the policy have cosigned
 * - `INVALID_PROOF`: a Merkle proof that does not lead to the root
 * - `TILE_UNAVAILABLE`: a tile or bundle that could not be fetched; the reason is the cause
 * - `INVALID_TILE`: a tile or bundle that is not what the checkpoint commits to
 */
export type TlogCode =
  | 'MALFORMED_NOTE'
  | 'MALFORMED_CHECKPOINT'
  | 'MALFORMED_POLICY'
  | 'MALFORMED_PROOF'
  | 'MALFORMED_TILE'
  | 'MALFORMED_BUNDLE'
  | 'MALFORMED_LOG_LIST'
  | 'MALFORMED_REQUEST'
  | 'BAD_SIGNATURE'
  | 'UNVERIFIED_NOTE'
  | 'LOG_NOT_TRUSTED'
  | 'QUORUM_NOT_MET'
  | 'INVALID_PROOF'
  | 'TILE_UNAVAILABLE'
  | 'INVALID_TILE'

/** The error of `src/tlog`. */
export class TlogError extends Error {
  readonly code: TlogCode
  constructor(code: TlogCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'TlogError'
    this.code = code
  }
}

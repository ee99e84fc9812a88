/**
 * What goes wrong in a store.
 *
 * @module
 */

/**
 * - `CONFLICT`: a row that must be the only one of its key is there already: somebody else wrote
 * - `CONSTRAINT`: a row that the tables do not allow, or a change to what never changes
 * - `BUSY`: another process holds the store
 * - `UNSAFE`: the store does not keep what it is told to keep
 * - `FOREIGN`: a database of another program, or of a later version of this one
 * - `FAILED`: anything else; whether a transaction took effect is then unknown
 */
export type StoreCode = 'CONFLICT' | 'CONSTRAINT' | 'BUSY' | 'UNSAFE' | 'FOREIGN' | 'FAILED'

/** The error of `db/`. */
export class StoreError extends Error {
  readonly code: StoreCode
  constructor(code: StoreCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}

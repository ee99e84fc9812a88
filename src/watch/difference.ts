/**
 * What is found wrong with a log.
 *
 * @module
 */

/** The first difference between what is there and what should be. */
export interface Difference {
  readonly what: string
  /** The entry. */
  readonly index?: number
  /** The file. */
  readonly path?: string
}

/** The outcome of checking a log. */
export interface FsckReport {
  readonly ok: boolean
  /** How many entries the log has, by its checkpoint. */
  readonly size: number
  readonly difference: Difference | null
}

/** How far a check has come, in entries. */
export type OnProgress = (done: number, total: number) => void

/** Thrown where something differs, and caught by {@link reporting}. */
class Differs extends Error {
  readonly difference: Difference
  constructor(difference: Difference) {
    super(difference.what)
    this.difference = difference
  }
}

/** Stops the check. */
export function differ(what: string, where: Omit<Difference, 'what'> = {}): never {
  throw new Differs({ what, ...where })
}

/** Runs a check up to its first difference. */
export async function reporting(size: number, check: () => Promise<void>): Promise<FsckReport> {
  try {
    await check()
    return { ok: true, size, difference: null }
  } catch (e) {
    if (!(e instanceof Differs)) throw e
    return { ok: false, size, difference: e.difference }
  }
}

/**
 * The rows that are kept. What each table promises stands in `migrations/`.
 *
 * `entry`, `tile` and `checkpoint` are the log. The others are projections: a cache of the log that
 * can be dropped and made again. A projection's row is true at the tree sizes n with
 * `from_index` < n and (`to_index` is null or n <= `to_index`).
 *
 * @module
 */

/** A leaf. */
export interface EntryRow {
  /** Its index in the log. */
  readonly idx: number
  /** POSIX seconds. */
  readonly time: number
  /** The digest of the statement in it. */
  readonly digest: string
  /** The entry's bytes. */
  readonly body: Uint8Array
}

/** A hash tile; only the rightmost of a level still grows. */
export interface TileRow {
  readonly level: number
  readonly idx: number
  /** 1 to 256 hashes of 32 bytes. */
  readonly hashes: Uint8Array
}

/** A signed checkpoint. */
export interface CheckpointRow {
  readonly size: number
  /** The size of the checkpoint before it; null for the empty tree alone. */
  readonly prev: number | null
  /** 32 bytes. */
  readonly root: Uint8Array
  /** When it was signed, in POSIX seconds. */
  readonly time: number
  /** The signed note. */
  readonly note: string
  /** 0 or 1. */
  readonly published: number
}

/** A record of the law over a range of tree sizes. */
export interface RecordRow {
  readonly kind: string
  readonly key: string
  readonly from_index: number
  readonly to_index: number | null
  /** JSON. */
  readonly value: string
}

/** A word for what a party holds to an instrument, over a range of tree sizes and one of times. */
export interface WordRow {
  readonly instrument: string
  readonly party: string
  readonly domain: string
  readonly version: number
  readonly from_index: number
  readonly to_index: number | null
  /** POSIX seconds: from `at_from` up to, and without, `at_to`; null where nothing ends it. */
  readonly at_from: number
  readonly at_to: number | null
  readonly word: string
  /** 0 or 1. */
  readonly suspended: number
}

/** A party, under the domain it bears or bore. */
export interface PartyRow {
  readonly domain: string
  readonly id: string
  readonly from_index: number
}

/** An entry that speaks for a domain or of it. */
export interface MentionRow {
  readonly domain: string
  readonly idx: number
}

/** A notice that something is no longer served. */
export interface WithheldRow {
  /** The notice's entry. */
  readonly from_index: number
  readonly act: 'erase' | 'takedown'
  /** The digest of a statement. */
  readonly subject: string
}

/** A card that names a person, for a statement it came with; in the database of persons. */
export interface CardRow {
  readonly digest: string
  /** The statement's digest. */
  readonly statement: string
  /** The id of the party whose statement it is. */
  readonly party: string
  /** The card's text. */
  readonly body: string
}

/** A card's digest, whose card was erased for good with a party; in the database of persons. */
export interface ErasedRow {
  readonly digest: string
  /** The party's id: another party may keep a card of the same text. */
  readonly party: string
}

/** How often a code was the answer on a day; of what is not in the log, nothing else is kept. */
export interface TallyRow {
  /** `YYYY-MM-DD`. */
  readonly day: string
  readonly code: string
  readonly count: number
}

/** When a domain was last asked for its keys. */
export interface AskedRow {
  readonly domain: string
  /** POSIX seconds. */
  readonly at: number
}

/** What a witness has cosigned of a log. */
export interface WitnessedRow {
  readonly origin: string
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
  /** When, in POSIX seconds. */
  readonly time: number
  /** The checkpoint, with the cosignatures. */
  readonly note: string
}

/** That the log has moved, and where to; in one row or none. */
export interface ClosedRow {
  readonly id: 0
  /** POSIX seconds. */
  readonly at: number
  /** The address of its new home, as the operator said it. */
  readonly moved_to: string
}

/** A migration that was applied. */
export interface MigrationRow {
  readonly id: number
  readonly name: string
}

/** All tables, by name. */
export interface Tables {
  entry: EntryRow
  tile: TileRow
  checkpoint: CheckpointRow
  record: RecordRow
  word: WordRow
  party: PartyRow
  mention: MentionRow
  withheld: WithheldRow
  tally: TallyRow
  migration: MigrationRow
  witnessed: WitnessedRow
  asked: AskedRow
  closed: ClosedRow
  card: CardRow
  erased: ErasedRow
}

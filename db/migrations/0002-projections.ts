/**
 * The projections: what follows from the entries, kept so that questions are range queries.
 *
 * @module
 */

/** For a row that is true over a range of tree sizes. */
const RANGE = `from_index integer not null check (from_index >= 0),
    to_index integer check (to_index > from_index)`

export const PROJECTIONS: readonly string[] = [
  `create table record (
    kind text not null,
    key text not null,
    ${RANGE},
    value text not null check (json_valid(value)),
    primary key (kind, key, from_index)
  ) strict, without rowid`,
  'create unique index record_open on record (kind, key) where to_index is null',
  'create index record_from on record (from_index)',
  'create index record_to on record (to_index) where to_index is not null',

  `create table word (
    instrument text not null,
    party text not null,
    domain text not null,
    version integer not null check (version > 0),
    ${RANGE},
    at_from integer not null check (at_from >= 0),
    at_to integer check (at_to > at_from),
    word text not null,
    suspended integer not null check (suspended in (0, 1)),
    primary key (instrument, domain, party, from_index, at_from)
  ) strict, without rowid`,
  'create index word_from on word (from_index)',
  'create index word_to on word (to_index)',
  'create index word_at on word (at_from)',

  `create table party (
    domain text not null,
    id text not null unique,
    from_index integer not null check (from_index >= 0),
    primary key (domain, id)
  ) strict, without rowid`,

  `create table mention (
    domain text not null,
    idx integer not null check (idx >= 0),
    primary key (domain, idx)
  ) strict, without rowid`,
  'create index mention_idx on mention (idx)',
]

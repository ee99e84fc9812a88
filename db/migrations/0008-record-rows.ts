/**
 * Records in rows of their own. Under its key alone a table keeps no more than a quarter of a page in
 * place, and a party's record is longer: each had a page to itself, three quarters of it empty.
 *
 * @module
 */

export const RECORD_ROWS: readonly string[] = [
  `create table record_row (
    kind text not null,
    key text not null,
    from_index integer not null check (from_index >= 0),
    to_index integer check (to_index > from_index),
    value text not null check (json_valid(value)),
    primary key (kind, key, from_index)
  ) strict`,
  `insert into record_row (kind, key, from_index, to_index, value)
    select kind, key, from_index, to_index, value from record order by from_index`,
  'drop table record',
  'alter table record_row rename to record',
  'create unique index record_open on record (kind, key) where to_index is null',
  'create index record_from on record (from_index)',
  'create index record_to on record (to_index) where to_index is not null',
]

/**
 * What the depositary has said that it no longer serves: one row for each such notice.
 *
 * @module
 */

export const WITHHELD: readonly string[] = [
  `create table withheld (
    from_index integer primary key check (from_index >= 0),
    act text not null check (act in ('erase', 'takedown')),
    subject text not null
  ) strict`,
  'create index withheld_subject on withheld (subject, act)',
]

/**
 * The tally of refusals. It is no projection: nothing in the log tells what was not logged.
 *
 * @module
 */

export const TALLY: readonly string[] = [
  `create table tally (
    day text not null check (day glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
    code text not null,
    count integer not null check (count > 0),
    primary key (day, code)
  ) strict, without rowid`,
]

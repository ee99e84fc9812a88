/**
 * When each party's domain was last asked for its keys: a restart must not begin the day anew.
 *
 * @module
 */

export const ASKED: readonly string[] = [
  `create table asked (
    domain text primary key,
    at integer not null check (at >= 0)
  ) strict, without rowid`,
]

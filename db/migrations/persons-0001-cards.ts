/**
 * The cards that name persons, in a database of their own: a copy of the log holds none.
 *
 * A card stands once for each statement it came with. That a digest was erased is remembered, and
 * the database refuses its card from then on.
 *
 * @module
 */

export const CARDS: readonly string[] = [
  `create table card (
    digest text not null,
    statement text not null,
    body text not null,
    primary key (digest, statement)
  ) strict, without rowid`,
  'create index card_statement on card (statement)',
  'create table erased (digest text primary key) strict, without rowid',
  `create trigger card_erased before insert on card
    when exists (select 1 from erased where digest = new.digest)
    begin select raise(abort, 'this card was erased'); end`,
  `create trigger erased_delete before delete on erased
    begin select raise(abort, 'an erasure is never taken back'); end`,
]

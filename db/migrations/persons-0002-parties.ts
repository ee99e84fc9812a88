/**
 * A card that was erased is refused of its party alone: a party names the digests of others at will,
 * and takes nothing from them by having its own cards erased.
 *
 * The party of a card is empty until the next start, which knows it from the log; so are erasures.
 *
 * @module
 */

export const PARTIES: readonly string[] = [
  "alter table card add column party text not null default ''",
  'drop trigger card_erased',
  'drop trigger erased_delete',
  'drop table erased',
  `create table erased (
    digest text not null,
    party text not null,
    primary key (digest, party)
  ) strict, without rowid`,
  `create trigger card_erased before insert on card
    when exists (select 1 from erased where digest = new.digest and party = new.party)
    begin select raise(abort, 'this card was erased'); end`,
  `create trigger erased_delete before delete on erased
    begin select raise(abort, 'an erasure is never taken back'); end`,
]

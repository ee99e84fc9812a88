/**
 * The log: entries, tiles and checkpoints.
 *
 * The database keeps the promise too: an entry is never changed or removed, none is left out, their
 * times never run back; and of two checkpoints that go on from the same one, the second is refused.
 *
 * @module
 */

export const LOG: readonly string[] = [
  `create table entry (
    idx integer primary key check (idx >= 0),
    time integer not null check (time >= 0),
    digest text not null unique,
    body blob not null check (length(body) between 1 and 65535)
  ) strict`,
  'create index entry_time on entry (time)',
  `create trigger entry_gap before insert on entry
    when new.idx > coalesce((select max(idx) from entry) + 1, 0)
    begin select raise(abort, 'an entry is missing before this one'); end`,
  `create trigger entry_time_order before insert on entry
    when new.time < (select time from entry where idx = new.idx - 1)
    begin select raise(abort, 'an entry is not before the one before it'); end`,
  `create trigger entry_update before update on entry
    begin select raise(abort, 'an entry never changes'); end`,
  `create trigger entry_delete before delete on entry
    begin select raise(abort, 'an entry is never removed'); end`,

  `create table tile (
    level integer not null check (level between 0 and 63),
    idx integer not null check (idx >= 0),
    hashes blob not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
    primary key (level, idx)
  ) strict, without rowid`,
  `create trigger tile_update before update on tile
    when new.level <> old.level or new.idx <> old.idx
      or substr(new.hashes, 1, length(old.hashes)) <> old.hashes
    begin select raise(abort, 'a tile only grows'); end`,
  `create trigger tile_delete before delete on tile
    begin select raise(abort, 'a tile is never removed'); end`,

  // The empty tree has a row of its own, so that prev is null nowhere else.
  `create table checkpoint (
    size integer primary key check (size >= 0),
    prev integer unique references checkpoint (size),
    root blob not null check (length(root) = 32),
    time integer not null check (time >= 0),
    note text not null,
    check ((prev is null) = (size = 0)),
    check (prev is null or prev < size)
  ) strict`,
  `create trigger checkpoint_entries after insert on checkpoint
    when new.size <> coalesce((select max(idx) from entry) + 1, 0)
    begin select raise(abort, 'a checkpoint is of all entries'); end`,
  `create trigger checkpoint_update before update of size, prev, root, time on checkpoint
    begin select raise(abort, 'a checkpoint never changes, but for cosignatures'); end`,
  `create trigger checkpoint_delete before delete on checkpoint
    begin select raise(abort, 'a checkpoint is never removed'); end`,
]

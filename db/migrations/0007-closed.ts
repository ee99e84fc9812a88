/**
 * The mark of a log that has moved: once it is there, this database takes no entry any more.
 *
 * @module
 */

export const CLOSED: readonly string[] = [
  `create table closed (
    id integer primary key check (id = 0),
    at integer not null,
    moved_to text not null
  ) strict`,
  `create trigger closed_update before update on closed
    begin select raise(abort, 'a log that has moved has moved'); end`,
  `create trigger closed_delete before delete on closed
    begin select raise(abort, 'a log that has moved has moved'); end`,
  `create trigger entry_closed before insert on entry
    when exists (select 1 from closed)
    begin select raise(abort, 'this log has moved'); end`,
]

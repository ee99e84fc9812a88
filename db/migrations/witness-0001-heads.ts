/**
 * What a witness has cosigned: of each log the largest tree, and when. It never moves back.
 *
 * @module
 */

export const HEADS: readonly string[] = [
  `create table witnessed (
    origin text primary key,
    size integer not null check (size >= 0),
    root blob not null check (length(root) = 32),
    time integer not null check (time >= 0),
    note text not null
  ) strict`,
  `create trigger witnessed_back before update on witnessed
    when new.origin <> old.origin or new.size < old.size or new.time < old.time
      or (new.size = old.size and new.root <> old.root)
    begin select raise(abort, 'a witness never moves back'); end`,
  `create trigger witnessed_delete before delete on witnessed
    begin select raise(abort, 'a witness never forgets'); end`,
]

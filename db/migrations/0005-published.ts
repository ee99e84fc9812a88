/**
 * Which checkpoints were made public: where witnesses are asked, only those that enough of them have
 * cosigned. Before this every one was.
 *
 * @module
 */

export const PUBLISHED: readonly string[] = [
  `alter table checkpoint
    add column published integer not null default 1 check (published in (0, 1))`,
  `create trigger checkpoint_unpublish before update of published on checkpoint
    when old.published = 1 and new.published = 0
    begin select raise(abort, 'a checkpoint that was public stays so'); end`,
]

-- What staff did, and to whom: ids and words, never personal data. Append-only, and every line is bound to the one before it
-- by a keyed hash, so that a line that was changed or taken out shows.
create table journal (
    seq bigint primary key,
    -- Civil.
    at timestamptz not null,
    -- Null: the command line, or the program itself.
    actor uuid,
    act text not null,
    -- Whom or what it was about.
    subject uuid,
    -- JSON as it was hashed.
    detail text not null,
    hash bytea not null
);
create index journal_subject on journal (subject, seq) where subject is not null;
create index journal_actor on journal (actor, seq) where actor is not null;

-- The last line; whoever writes the next one locks it.
create table journal_head (
    one boolean primary key default true check (one),
    seq bigint not null default 0,
    hash bytea not null default '\x'
);
insert into journal_head default values;

create function keep_journal() returns trigger language plpgsql as $$
begin
    raise exception 'journal is append-only';
end $$;
create trigger journal_kept before update or delete on journal for each row execute function keep_journal();
create trigger journal_not_emptied before truncate on journal for each statement execute function keep_journal();

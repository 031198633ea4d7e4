-- What happened in verification: ids only. Append-only for a year.
create table verification_event (
    id bigint generated always as identity primary key,
    happened_at timestamptz not null,
    written_at timestamptz not null default clock_timestamp(),
    what text not null,
    person uuid not null,
    account uuid,
    verification uuid,
    challenge uuid
);
create index verification_event_person on verification_event (person, happened_at);

create function keep_verification_event() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and old.written_at < clock_timestamp() - interval '1 year' then
        return old;
    end if;
    raise exception 'verification_event is append-only';
end $$;

create trigger verification_event_kept before update or delete on verification_event
    for each row execute function keep_verification_event();
create trigger verification_event_not_emptied before truncate on verification_event
    for each statement execute function keep_verification_event();

-- What happened elsewhere and is to be brought to a person's conversation, once.
create table signal (
    id uuid primary key,
    person uuid not null references person,
    name text not null,
    -- What it is about, where several may be waited for at once: an id, never a name.
    about text constraint signal_about check (about ~ '^[A-Za-z0-9_-]{1,64}$'),
    -- Sealed: (signal, brings, id).
    brings bytea not null,
    raised_at timestamptz not null,
    -- Civil: worth nothing from then on.
    until timestamptz not null,
    -- Nobody waits for it yet: it comes again once somebody does.
    parked boolean not null default false,
    -- Operational: not again before, after its turn failed.
    retry_at timestamptz
);
create index signal_open on signal (raised_at, id) where not parked;
create index signal_person on signal (person);

-- What a turn reads and writes.

-- An update acts once: the first writer of its key is the only one.
create table inbox (
    source text not null,
    id text not null,
    received_at timestamptz not null default clock_timestamp(),
    primary key (source, id)
);
create index inbox_age on inbox (received_at);

-- The lock of a person, and the sealed state of the person's conversation.
create table conversation (
    person uuid primary key references person,
    seq bigint not null default 0,
    state bytea,
    changed_at timestamptz not null
);

-- Every logic that a conversation may still be pinned to: normalised source by its hash.
create table flow_version (
    hash text primary key,
    flow text not null,
    source text not null,
    first_seen timestamptz not null
);

-- Civil alarms of conversations. (person, run, wait, alarm) is the alarm's name.
create table timer (
    id bigint generated always as identity primary key,
    person uuid not null references person,
    run text not null,
    wait integer not null,
    -- flow::Alarm as JSON text: "timeout", {"remind":1} …
    alarm text not null,
    due timestamptz not null,
    -- What it says waits for waking hours: true for every alarm of an hour and more.
    gentle boolean not null default false,
    -- Operational: not again before, after its turn failed.
    retry_at timestamptz,
    constraint timer_once unique (person, run, wait, alarm)
);
create index timer_due on timer (due);

-- Calls outside, made after commit, keyed by (run, seq).
create table outside_call (
    id bigint generated always as identity primary key,
    person uuid not null references person,
    account uuid references account,
    run text not null,
    seq integer not null,
    action text not null,
    -- Sealed JSON: a phone or a code may be among them.
    args bytea not null,
    claim uuid,
    -- Operational: the lease of whoever carries it out.
    claimed_until timestamptz,
    tries integer not null default 0,
    constraint outside_call_once unique (run, seq)
);
create index outside_call_free on outside_call (claimed_until nulls first);

-- How far civil time has been advanced (dev only); every process reads it.
create table civil_clock (
    one boolean primary key default true check (one),
    offset_ms bigint not null default 0
);
insert into civil_clock default values;

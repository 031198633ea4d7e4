-- A request to first-line support to verify a phone by hand.
create table manual_request (
    id uuid primary key,
    -- What the person is told, and support looks for.
    number bigint generated always as identity unique,
    person uuid not null references person,
    account uuid references account,
    -- Sealed, as it was written: it may be a fixed line, or no phone at all. Null once closed and purged.
    phone bytea,
    reason text not null constraint manual_request_reason check (reason in ('no_call', 'landline', 'abroad', 'other')),
    state text not null default 'open' constraint manual_request_state check (state in ('open', 'done', 'refused')),
    made_at timestamptz not null,
    closed_at timestamptz
);
create unique index manual_request_one_open on manual_request (person) where state = 'open';
create index manual_request_recent on manual_request (person, made_at);

-- Tables that teachers have filled in and handed to whoever answers for their territory.
create table table_request (
    id uuid primary key,
    school uuid not null references school,
    teacher uuid not null references person,
    -- Sealed for `table_request`, `rows`, the id; gone once it is decided.
    rows bytea,
    -- Sealed for `table_request`, `remark`, the id: why it was returned.
    remark bytea,
    state text not null default 'waiting'
        constraint table_request_state check (state in ('waiting', 'imported', 'returned', 'replaced')),
    made_at timestamptz not null,
    decided_at timestamptz,
    decided_by uuid references person,
    constraint table_request_rows check ((state = 'waiting') = (rows is not null))
);
create unique index table_request_waiting on table_request (teacher, school) where state = 'waiting';
create index table_request_school on table_request (school) where state = 'waiting';

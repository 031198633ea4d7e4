-- Tables that were uploaded and judged, until somebody says that the good rows are to be written: half an hour at most.
create table upload (
    id uuid primary key,
    person uuid not null references person,
    -- Sealed: the rows as they were read.
    rows bytea not null,
    made_at timestamptz not null,
    expires_at timestamptz not null
);
create index upload_age on upload (expires_at);

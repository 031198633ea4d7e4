-- Links that open a page of ours once: for an upload, a list, a file. They are sent into a chat, so they live for fifteen minutes.
create table once (
    id uuid primary key,
    -- Keyed hash of the token.
    hash bytea not null constraint once_hash unique,
    -- What the page is: `people`, `import` …
    page text not null,
    -- For whom, and by which account it was asked for.
    person uuid not null references person,
    account uuid references account,
    -- What it is about, ids only.
    args jsonb not null default '{}',
    made_at timestamptz not null,
    expires_at timestamptz not null,
    opened_at timestamptz
);
create index once_person on once (person, made_at);
create index once_age on once (expires_at);

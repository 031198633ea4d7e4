-- Signing in: one-time codes, the guesses at them, and what became of the provisional person.
create table sign_in_code (
    id uuid primary key,
    person uuid not null references person,
    -- card: handed out by the teacher. link: shown by one messenger, typed into the other.
    kind text not null constraint sign_in_code_kind check (kind in ('card', 'link')),
    -- Keyed hash; the code itself is kept nowhere.
    hash bytea not null constraint sign_in_code_hash unique,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    used_by uuid references account
);
create index sign_in_code_person on sign_in_code (person, made_at);

-- Codes that did not sign anybody in, by the account that sent them: what the guessing limit counts.
create table sign_in_miss (
    id bigint generated always as identity primary key,
    account uuid not null references account,
    at timestamptz not null
);
create index sign_in_miss_account on sign_in_miss (account, at);

-- The record that a provisional person turned out to be.
alter table person add merged_into uuid references person;

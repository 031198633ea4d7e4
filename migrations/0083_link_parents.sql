-- Who is whose parent, as far as the programme knows: linked by a code that the child shows.
create table guardian (
    id uuid primary key,
    child uuid not null references person,
    parent uuid not null references person,
    relation text not null constraint guardian_relation check (relation in ('mother', 'father', 'guardian')),
    linked_at timestamptz not null,
    unlinked_at timestamptz,
    unlinked_by uuid references person
);
create unique index guardian_once on guardian (child, parent) where unlinked_at is null;
create index guardian_parent on guardian (parent) where unlinked_at is null;

-- Codes that make whoever redeems one a parent of this child; the code itself is made of the id by our key.
create table parent_code (
    id uuid primary key,
    child uuid not null references person,
    hash bytea not null constraint parent_code_hash unique,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    used_by uuid references person
);
create index parent_code_child on parent_code (child, made_at);

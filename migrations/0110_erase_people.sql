-- Erasure: somebody is blocked at once, and erased by a job once a hold is over. What stays of a person is an id that stands for
-- nobody, because the journals and other people's rows name it.
alter table person drop constraint person_kind;
-- blocked: asked to be erased; nobody sees, finds or writes to them. erased: only the id is left.
alter table person add constraint person_kind check (kind in ('provisional', 'record', 'blocked', 'erased'));
create index person_merged on person (merged_into) where merged_into is not null;

-- return: takes an erasure back while it is held.
alter table sign_in_code drop constraint sign_in_code_kind;
alter table sign_in_code add constraint sign_in_code_kind check (kind in ('card', 'link', 'return'));

-- Null: erased with its author.
alter table broadcast alter column text drop not null;

-- One act of erasing one person or many. It holds no personal data, and is kept.
create table erasure (
    id uuid primary key,
    -- What people are told, and the act is called by.
    number bigint generated always as identity unique,
    ground text not null constraint erasure_ground check (ground in ('self', 'parent', 'no_consent')),
    -- Where the people were: who answers for it sees the act.
    territory uuid references territory,
    school uuid references school,
    season text,
    -- Who asked, or confirmed; an id that may itself stand for nobody by now.
    asked_by uuid references person,
    asked_at timestamptz not null,
    -- Civil: until then it can be taken back.
    due timestamptz not null,
    state text not null default 'held' constraint erasure_state check (state in ('held', 'erasing', 'done', 'undone')),
    -- How many people.
    people integer not null,
    -- Rows that went or were emptied, by table.
    gone jsonb not null default '{}',
    -- While it runs: whose deliveries are yet to go, and up to which of them none is left.
    leaving uuid[] not null default '{}',
    leaving_accounts uuid[] not null default '{}',
    walked bigint not null default 0,
    ended_at timestamptz,
    ended_by uuid references person
);
create index erasure_open on erasure (due) where state in ('held', 'erasing');
create index erasure_territory on erasure (territory, asked_at);

-- Whom it erases; the rows go as the people go.
create table erasure_person (
    erasure uuid not null references erasure,
    person uuid primary key references person,
    -- What taking it back restores: the blind indexes, and which roles were taken.
    identity bytea,
    email_index bytea,
    roles uuid[] not null default '{}'
);
create index erasure_person_of on erasure_person (erasure);

-- By which accounts they spoke.
create table erasure_account (
    person uuid not null references person,
    account uuid not null references account,
    linked_at timestamptz not null,
    last_spoke_at timestamptz not null,
    opted_out boolean not null,
    primary key (person, account)
);
create index erasure_account_of on erasure_account (account);

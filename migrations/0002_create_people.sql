-- People and their accounts. Everything that names a person is sealed (see src/seal.rs); equality goes by keyed blind indexes.
create table person (
    id uuid primary key,
    -- provisional: stands for an account that nobody has signed in with. record: a person of the programme.
    kind text not null constraint person_kind check (kind in ('provisional', 'record')),
    -- Sealed JSON: last, first, patronymic, sex, birth, email.
    profile bytea,
    -- Blind index over ФИО, date of birth, sex and school: the same pupil again.
    identity bytea constraint person_identity unique,
    -- Blind index of the e-mail, for teachers.
    email_index bytea,
    lang text,
    -- «вы» instead of «ты».
    adult boolean not null default false,
    signed_in_at timestamptz,
    made_at timestamptz not null
);
create index person_email on person (email_index) where email_index is not null;

create table role (
    id uuid primary key,
    person uuid not null references person,
    role text not null constraint role_name check (role in ('pupil', 'teacher', 'school_admin', 'coordinator', 'operator',
        'parent', 'host', 'partner', 'mentor', 'support')),
    territory uuid references territory,
    school uuid references school,
    class uuid references class,
    granted_at timestamptz not null,
    revoked_at timestamptz,
    constraint role_once unique nulls not distinct (person, role, territory, school, class, revoked_at)
);
create index role_class on role (class) where class is not null;

create table account (
    id uuid primary key,
    channel text not null constraint account_channel check (channel in ('telegram', 'vk')),
    -- The bot or community it speaks with: a platform's user is another account at another bot of ours.
    lane text not null,
    -- The platform's user id, and the chat to write to.
    external text not null,
    chat text not null,
    -- Whose turn it is to speak: the current profile.
    person uuid not null references person,
    -- What the client can show (channel::Client).
    client jsonb,
    lang text,
    -- May we write? Closed by a block, opened by the person's own act.
    reachable boolean not null default true,
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    constraint account_external unique (lane, external)
);

-- An account's profiles, and a person's accounts.
create table account_person (
    account uuid not null references account,
    person uuid not null references person,
    linked_at timestamptz not null,
    last_spoke_at timestamptz not null,
    opted_out boolean not null default false,
    primary key (account, person)
);
create index account_person_person on account_person (person);

-- Group chats that the bot is or was in.
create table group_chat (
    lane text not null,
    external text not null,
    title text,
    present boolean not null default true,
    changed_at timestamptz not null,
    primary key (lane, external)
);

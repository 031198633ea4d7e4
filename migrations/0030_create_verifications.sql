-- One row per verification of a phone by a person; each call is a challenge under it. All moments are civil unless said.
create table verification (
    id uuid primary key,
    person uuid not null references person,
    -- Whoever speaks: the account, or the person where no account did. Limits are keyed by it.
    speaker uuid not null,
    -- Sealed +79…; its keyed blind index.
    phone bytea not null,
    phone_index bytea not null,
    relation text not null constraint verification_relation
        check (relation in ('self', 'mother', 'father', 'grandparent', 'aunt_uncle', 'guardian', 'other')),
    -- open: being proved. verified: this is the person's phone. voided: it was, until the number changed.
    -- dropped: another number was begun, or the phone is full.
    state text not null constraint verification_state check (state in ('open', 'verified', 'voided', 'dropped')),
    opened_at timestamptz not null,
    verified_at timestamptz,
    closed_at timestamptz
);
create unique index verification_one_open on verification (person, speaker) where state = 'open';
create unique index verification_one_phone on verification (person) where state = 'verified';
create index verification_pupils on verification (phone_index) where state = 'verified';
create index verification_changes on verification (person, closed_at) where state = 'voided';

-- The attempt log: a call that was asked for. Committed before the provider is called; its id is the idempotency key.
create table challenge (
    id uuid primary key,
    verification uuid not null references verification,
    -- As in the verification, so that a window is one look into one index.
    speaker uuid not null,
    phone_index bytea not null,
    prefix_index bytea not null,
    run text not null,
    seq integer not null,
    asked_at timestamptz not null,
    -- Operational: when the provider was about to be called.
    dialled_at timestamptz not null default clock_timestamp(),
    -- dialling: nobody knows yet. withheld: nothing rang, and nobody is told. refused: the provider placed no call.
    -- started: it took it. unanswered: it may have. placed, not_connected: what it said of it later.
    state text not null constraint challenge_state
        check (state in ('dialling', 'withheld', 'refused', 'started', 'unanswered', 'placed', 'not_connected')),
    provider text,
    reference text,
    -- Keyed hash over challenge and code. Null: nobody knows the code, or nothing rang.
    code_mac bytea,
    tries smallint not null default 0,
    spent_at timestamptz,
    -- Kopecks.
    cost bigint not null default 0,
    -- Operational: how often, and when last, the provider was asked what became of it.
    polls smallint not null default 0,
    polled_at timestamptz,
    constraint challenge_once unique (run, seq)
);
-- One call in flight per phone, whatever the code above believes.
create unique index challenge_in_flight on challenge (phone_index) where state = 'dialling';
create index challenge_speaker on challenge (speaker, asked_at);
create index challenge_phone on challenge (phone_index, asked_at);
create index challenge_prefix on challenge (prefix_index, asked_at);
create index challenge_verification on challenge (verification, asked_at);
create index challenge_recent on challenge (asked_at);
create index challenge_unsettled on challenge (dialled_at) where state in ('dialling', 'started') and spent_at is null;

-- A code that was typed. Written before it is looked at; `open` counts as wrong until it is.
create table code_try (
    id bigint generated always as identity primary key,
    challenge uuid not null references challenge,
    speaker uuid not null,
    phone_index bytea not null,
    tried_at timestamptz not null,
    verdict text not null default 'open' constraint code_try_verdict check (verdict in ('open', 'wrong', 'right'))
);
create index code_try_phone on code_try (phone_index, tried_at);
create index code_try_challenge on code_try (challenge);

-- What was answered to a call of a flow: the same call again gets the same answer, and dials and counts nothing.
create table verification_reply (
    run text not null,
    seq integer not null,
    -- The try that this call counted.
    try bigint references code_try,
    -- flow::Reply that will be given if nothing is known to the contrary: what a rerun says whose first run died.
    promise jsonb,
    -- flow::Reply that was given; null: not finished, by whoever claimed it first.
    reply jsonb,
    made_at timestamptz not null,
    primary key (run, seq)
);
create index verification_reply_try on verification_reply (try) where try is not null;
create index verification_reply_age on verification_reply (made_at);

-- Prefixes whose numbers were guessed at.
create table closed_prefix (
    prefix_index bytea primary key,
    until timestamptz not null
);

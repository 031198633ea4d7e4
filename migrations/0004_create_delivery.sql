-- The outbox: everything said goes through it, and it stays as the ledger of what was sent.

-- One lane per bot or community, owned by one replica at a time. Operational time throughout.
create table lane (
    id text primary key,
    owner uuid,
    fence bigint not null default 0,
    until timestamptz,
    paused_until timestamptz
);

create table delivery (
    -- Order within (lane, chat, class).
    id bigint generated always as identity primary key,
    -- No foreign key: a share lock on the lane's row by every message would only cost, and a lane that nobody serves waits.
    lane text not null,
    chat text not null,
    -- 0 replies, 1 reminders, 2 broadcasts.
    class smallint not null constraint delivery_class check (class in (0, 1, 2)),
    -- send, edit, answer (to a press).
    kind text not null constraint delivery_kind check (kind in ('send', 'edit', 'answer')),
    person uuid references person,
    account uuid references account,
    -- message::Said for send and edit; {press, words?} for answer. Keys and ids only, never a name.
    body jsonb not null,
    -- The delivery that an edit changes.
    edits bigint references delivery,
    -- Civil: not before.
    due timestamptz not null,
    -- Operational: not after (callback answers).
    drop_after timestamptz,
    dedupe text constraint delivery_dedupe unique,
    state text not null default 'queued' constraint delivery_state
        check (state in ('queued', 'claimed', 'sent', 'failed', 'dropped')),
    claim uuid,
    claimed_until timestamptz,
    -- Operational: a head that retries waits until then, and its chat's class with it.
    retry_at timestamptz,
    tries smallint not null default 0,
    -- Operational: when it was first taken out. VK forgets our deduplication key about an hour after that.
    first_try_at timestamptz,
    -- The platform's id of what was sent.
    message_id text,
    sent_at timestamptz,
    error text,
    made_at timestamptz not null default clock_timestamp()
);
create index delivery_open on delivery (lane, class, due, id) where state in ('queued', 'claimed');
create index delivery_head on delivery (lane, chat, class, id) where state in ('queued', 'claimed');
create index delivery_recent on delivery (lane, sent_at) where sent_at is not null;
create index delivery_retry on delivery (lane, retry_at) where state = 'queued' and retry_at is not null;
create index delivery_edits on delivery (edits) where edits is not null;

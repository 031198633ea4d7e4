-- A broadcast goes out at a pace, and its author can stop it at any moment. Its messages are parked; the owner of their lane
-- releases them about a second's worth ahead, and only while the broadcast is being sent. Whether somebody may be written to
-- still is judged at that moment.
alter table delivery drop constraint delivery_state;
alter table delivery add constraint delivery_state check (state in ('parked', 'queued', 'sent', 'failed', 'dropped'));
create index delivery_parked on delivery (broadcast, lane, due, id) where state = 'parked';
create index delivery_parked_chat on delivery (lane, chat) where state = 'parked' and person is null;
-- What is still to come of a broadcast.
create index delivery_unsettled on delivery (broadcast) where broadcast is not null and state in ('parked', 'queued');

alter table broadcast
    add state text not null default 'draft' constraint broadcast_state check (state in ('draft', 'waiting_approval', 'held',
        'filling', 'sending', 'paused', 'cancelling', 'cancelled', 'done')),
    -- Of a paused one: author, errors, role.
    add why text constraint broadcast_why check (why in ('author', 'errors', 'role')),
    -- Civil: until then it can be undone as if it had never been.
    add starts_at timestamptz,
    -- The school year whose pupils are meant, and whether pupils and chats are.
    add season text not null default '',
    add pupils boolean not null default false,
    add chats boolean not null default false,
    -- How many were reached when it was let go.
    add expected bigint not null default 0,
    -- It is filled in so many slices, each in a transaction of its own; `filled` of them are in the outbox.
    add slices smallint not null default 1,
    add filled smallint not null default 0,
    -- The message in which its author sees how it goes, and when (operational) that was told last.
    add progress bigint,
    add told_at timestamptz,
    -- Operational: when the sending began.
    add started_at timestamptz,
    -- Failures that its author has seen and gone on after.
    add forgiven bigint not null default 0,
    -- Civil: when nothing was left to come.
    add ended_at timestamptz,
    -- Keyed hash of the text, by which the same one within an hour is noticed.
    add text_index bytea;
update broadcast set state = 'sending' where sent_at is not null;
create index broadcast_open on broadcast (state, starts_at) where state in ('held', 'filling', 'sending', 'cancelling');

-- What is said in each territory that is reached, and from when (civil) on.
create table broadcast_place (
    broadcast uuid not null references broadcast on delete cascade,
    territory uuid not null references territory,
    body jsonb not null,
    due timestamptz not null,
    primary key (broadcast, territory)
);

-- Whom a broadcast is for, as things stand now.
create function broadcast_audience(cast_id uuid, home text)
returns table (person uuid, account uuid, lane text, chat text, territory uuid, zone text) language sql stable as $$
    select r.person, r.account, r.lane, r.chat, r.territory, r.zone
    from broadcast b cross join lateral reached(b.author, home, b.season) r
    where b.id = cast_id and case when r.person is null then b.chats else b.pupils end
$$;

-- Whether its author still answers for every territory that it goes to.
create function broadcast_allowed(cast_id uuid, staff uuid) returns boolean language sql stable as $$
    select not exists (
        select from broadcast_place p
        where p.broadcast = cast_id and p.territory not in (select s.territory from territories_seen(staff) s))
$$;

-- Broadcasts: what staff write to their chats and people. Who got it, and why not, is told by the outbox.
create table broadcast (
    id uuid primary key,
    author uuid not null references person,
    -- Sealed: people name one another in what they write.
    text bytea not null,
    made_at timestamptz not null,
    -- Civil: when it was let go. Null: a draft.
    sent_at timestamptz
);
create index broadcast_author on broadcast (author, sent_at) where sent_at is not null;
alter table delivery add broadcast uuid references broadcast;
create index delivery_broadcast on delivery (broadcast) where broadcast is not null;

-- Whose chat a group is: it gets what is written for that territory.
alter table group_chat add territory uuid references territory;
create index group_chat_territory on group_chat (territory) where territory is not null;

-- One-time codes that make a group somebody's chat. They sign nobody in: they are said aloud, where all can read them.
create table chat_code (
    id uuid primary key,
    author uuid not null references person,
    -- Keyed hash; the code itself is kept nowhere.
    hash bytea not null constraint chat_code_hash unique,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index chat_code_author on chat_code (author, made_at);

-- Who may be written to by whom is asked in several places (how many, to whom, whose chat) and must be one answer.

-- The territories that somebody answers for, and all below them, each with its zone; `home` where none is named.
create function territories_of(staff uuid, home text) returns table (territory uuid, zone text) language sql stable as $$
    with recursive zoned as (
        select id, coalesce(t.zone, home) as zone from territory t where parent is null
        union all
        select t.id, coalesce(t.zone, z.zone) from territory t join zoned z on t.parent = z.id
    ), held as (
        select r.territory as id from role r
        where r.person = staff and r.role in ('coordinator', 'operator') and r.revoked_at is null and r.territory is not null
        union
        select t.id from territory t join held h on t.parent = h.id
    )
    select h.id, z.zone from held h join zoned z on z.id = h.id
$$;

-- The pupils of a season's classes there who have signed in, each once, by the account that he or she spoke with last and may be written to.
create function pupils_reached(staff uuid, home text, season text)
returns table (person uuid, account uuid, lane text, chat text, zone text) language sql stable as $$
    select distinct on (r.person) r.person, w.id, w.lane, w.chat, t.zone
    from territories_of(staff, home) t
    join school s on s.territory = t.territory
    join class c on c.school = s.id and c.school_year = season
    join role r on r.class = c.id and r.role = 'pupil' and r.revoked_at is null
    join person p on p.id = r.person and p.signed_in_at is not null
    cross join lateral (
        select a.id, a.lane, a.chat from account_person ap join account a on a.id = ap.account
        where ap.person = r.person and a.reachable and not ap.opted_out
        order by ap.last_spoke_at desc, a.id limit 1
    ) as w
    order by r.person
$$;

-- The chats there that the bot is in.
create function chats_reached(staff uuid, home text) returns table (lane text, chat text, zone text) language sql stable as $$
    select g.lane, g.external, t.zone from group_chat g join territories_of(staff, home) t on t.territory = g.territory
    where g.present
$$;

-- Who may be written to by whom, and where, was spelled in several places. Each of these has one answer now.

-- The zone of each territory: its own, else that of what lies above it, else `home`.
create function territory_zones(home text) returns table (territory uuid, zone text) language sql stable as $$
    with recursive zoned as (
        select id, coalesce(t.zone, home) as zone from territory t where parent is null
        union all
        select t.id, coalesce(t.zone, z.zone) from territory t join zoned z on t.parent = z.id
    )
    select id, zone from zoned
$$;

-- The account that somebody spoke with last, of those that may be written to; no row: there is none.
create function way_to(whom uuid) returns table (account uuid, lane text, chat text) language sql stable as $$
    select a.id, a.lane, a.chat from account_person ap join account a on a.id = ap.account
    where ap.person = whom and a.reachable and not ap.opted_out
    order by ap.last_spoke_at desc, a.id limit 1
$$;

-- Pupils who have signed in and may be written to, with their classes' seasons: whom reminders and broadcasts are for.
create view reachable_pupil as
    select r.person, c.school_year as season, s.id as school, s.territory, w.account, w.lane, w.chat
    from school s
    join class c on c.school = s.id
    join role r on r.class = c.id and r.role = 'pupil' and r.revoked_at is null
    join person p on p.id = r.person and p.signed_in_at is not null
    cross join lateral way_to(r.person) w;

drop function pupils_reached;
drop function chats_reached;
drop function territories_of;

-- The territories that somebody answers for, and all below them, each with its zone, and whether as a coordinator.
create function territories_of(staff uuid, home text) returns table (territory uuid, zone text, coordinator boolean)
language sql stable as $$
    with recursive held as (
        select r.territory as id, r.role = 'coordinator' as coordinator from role r
        where r.person = staff and r.role in ('coordinator', 'operator') and r.revoked_at is null and r.territory is not null
        union
        select t.id, h.coordinator from territory t join held h on t.parent = h.id
    )
    select h.id, z.zone, bool_or(h.coordinator) from held h join territory_zones(home) z on z.territory = h.id
    group by h.id, z.zone
$$;

-- Whom somebody may write to: the pupils of a season's classes there, each once, and the chats there that the bot is in
-- (without a person).
create function reached(staff uuid, home text, season text)
returns table (person uuid, account uuid, lane text, chat text, territory uuid, zone text, coordinator boolean)
language sql stable as $$
    (select distinct on (p.person) p.person, p.account, p.lane, p.chat, t.territory, t.zone, t.coordinator
     from territories_of(staff, home) t join reachable_pupil p on p.territory = t.territory
     where p.season = reached.season
     order by p.person, t.territory)
    union all
    select null, null, g.lane, g.external, t.territory, t.zone, t.coordinator
    from territories_of(staff, home) t join group_chat g on g.territory = t.territory
    where g.present
$$;

-- What follows from a consent that was taken back is judged in one place: whoever writes to people, and whoever does anything
-- about them, asks here.

-- Processing was taken back: nothing is done for this person but what leads back, or to the erasure.
create function is_blocked(whom uuid) returns boolean language sql stable as $$
    select coalesce((select act = 'withdrawn' from consent where person = whom and purpose = 'processing' order by seq desc limit 1), false)
$$;

-- Nobody writes first: messages were refused or taken back, or everything was.
create function is_silenced(whom uuid) returns boolean language sql stable as $$
    select is_blocked(whom)
        or coalesce((select act <> 'given' from consent where person = whom and purpose = 'messages' order by seq desc limit 1), false)
$$;

create or replace view reachable_pupil as
    select r.person, c.school_year as season, s.id as school, s.territory, w.account, w.lane, w.chat
    from school s
    join class c on c.school = s.id
    join role r on r.class = c.id and r.role = 'pupil' and r.revoked_at is null
    join person p on p.id = r.person and p.signed_in_at is not null
    cross join lateral way_to(r.person) w
    where not is_silenced(r.person);

-- The days on which pupils of a zone who turned 14 were looked for.
create table birthday_run (
    day date not null,
    zone text not null,
    primary key (day, zone)
);

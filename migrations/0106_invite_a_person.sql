-- An invitation may be for one person of an imported table: whoever takes it is that person from then on.
alter table invitation add column person uuid references person on delete cascade;
create index invitation_person on invitation (person) where person is not null;

-- What may be invited to at once: the schools that somebody looks after, at a place or, without one, everywhere.
create function schools_at(staff uuid, place uuid, one uuid) returns table (school uuid) language sql stable as $$
    with recursive below as (
        select place as id where place is not null
        union all
        select t.id from territory t join below b on t.parent = b.id
    )
    select s.id from schools_seen(staff) seen join school s on s.id = seen.school
    where s.id = one or s.territory in (select id from below) or (place is null and one is null)
$$;

-- Who gave a role and who took it away; null: the command line, an import or the demo.
alter table role add granted_by uuid references person, add revoked_by uuid references person;

-- A role is held once at a place; what was revoked is history, however often.
alter table role drop constraint role_once;
create unique index role_held_once on role (person, role, territory, school, class) nulls not distinct where revoked_at is null;
create index role_territory on role (territory) where territory is not null and revoked_at is null;
create index role_school on role (school) where school is not null and revoked_at is null;

-- A link by which somebody takes a role: it works once, for seven days, for this role at this place.
create table invitation (
    id uuid primary key,
    -- Keyed hash; the code itself is made of the id by our key.
    hash bytea not null constraint invitation_hash unique,
    role text not null constraint invitation_role check (role in ('teacher', 'school_admin', 'coordinator', 'operator',
        'host', 'partner', 'mentor', 'support')),
    territory uuid references territory,
    school uuid references school,
    -- Sealed: for whom it was made, as its maker wrote it.
    note bytea,
    -- Null: the command line.
    made_by uuid references person,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    used_by uuid references person,
    revoked_at timestamptz,
    revoked_by uuid references person,
    constraint invitation_place check (num_nonnulls(territory, school) = 1)
);
create index invitation_maker on invitation (made_by, made_at);

-- The territories, each with all that lie above it and itself.
create function territories_above(whom uuid) returns table (territory uuid, height integer) language sql stable as $$
    with recursive above as (
        select t.id, t.parent, 0 as height from territory t where t.id = whom
        union all
        select t.id, t.parent, a.height + 1 from above a join territory t on t.id = a.parent where a.height < 10
    )
    select id, height from above
$$;

-- The territories that somebody answers for as coordinator or operator, and all below them.
create function territories_seen(staff uuid) returns table (territory uuid) language sql stable as $$
    with recursive held as (
        select r.territory as id from role r
        where r.person = staff and r.role in ('coordinator', 'operator') and r.revoked_at is null and r.territory is not null
        union
        select t.id from territory t join held h on t.parent = h.id
    )
    select id from held
$$;

-- The schools that somebody may look into: those of their territories, and their own as administrator.
create function schools_seen(staff uuid) returns table (school uuid) language sql stable as $$
    select s.id from territories_seen(staff) t join school s on s.territory = t.territory
    union
    select r.school from role r
    where r.person = staff and r.role = 'school_admin' and r.revoked_at is null and r.school is not null
$$;

-- The classes whose pupils somebody may see: those of such schools, and the ones they teach.
create function classes_seen(staff uuid) returns table (class uuid) language sql stable as $$
    select c.id from schools_seen(staff) s join class c on c.school = s.school
    union
    select r.class from role r
    where r.person = staff and r.role = 'teacher' and r.revoked_at is null and r.class is not null
$$;

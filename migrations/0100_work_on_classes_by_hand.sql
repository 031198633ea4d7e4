-- Groups cut across the classes of a school. Their names are sealed: people write into them whom a group is for.
create table pupil_group (
    id uuid primary key,
    school uuid not null references school,
    -- Sealed for `pupil_group`, `name`, the group's id.
    name bytea not null,
    -- Keyed hash of the name in capitals: the same name again.
    name_index bytea not null,
    made_by uuid not null references person,
    made_at timestamptz not null,
    closed_at timestamptz
);
create unique index pupil_group_once on pupil_group (school, name_index) where closed_at is null;

create table group_member (
    pupil_group uuid not null references pupil_group,
    person uuid not null references person,
    put_by uuid not null references person,
    put_at timestamptz not null,
    primary key (pupil_group, person)
);
create index group_member_person on group_member (person);

-- The groups that somebody may look at: those of schools they see, those they made, and those that a pupil of theirs is in.
create function groups_seen(staff uuid) returns table (pupil_group uuid) language sql stable as $$
    select g.id from pupil_group g
    where g.closed_at is null and (
        g.school in (select school from schools_seen(staff))
        or g.made_by = staff and exists (
            select from classes_seen(staff) seen join class c on c.id = seen.class where c.school = g.school)
        or exists (
            select from group_member m join role r on r.person = m.person and r.role = 'pupil' and r.revoked_at is null
            join classes_seen(staff) seen on seen.class = r.class where m.pupil_group = g.id))
$$;

-- The schools in which somebody may make a class: those they see, and those they teach in.
create function schools_taught(staff uuid) returns table (school uuid) language sql stable as $$
    select school from schools_seen(staff)
    union
    select coalesce(r.school, c.school) from role r left join class c on c.id = r.class
    where r.person = staff and r.role = 'teacher' and r.revoked_at is null and coalesce(r.school, c.school) is not null
$$;

-- Pupils who were taken out of their class and are kept: from which, so that they can be brought back.
create table archived (
    person uuid primary key references person,
    class uuid not null references class,
    archived_by uuid references person,
    archived_at timestamptz not null
);
create index archived_class on archived (class);

-- Whom somebody has reminded, of what, on which day of theirs: once a day.
create table reminded (
    staff uuid not null references person,
    -- How a flow names a class, a school or a group.
    place text not null,
    -- The filter.
    what text not null,
    day date not null,
    at timestamptz not null,
    primary key (staff, place, what, day)
);

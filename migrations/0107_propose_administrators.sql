-- A school's head proposes an administrator, by a link that somebody of the school or the coordinator asks for.
create table proposal (
    id uuid primary key,
    school uuid not null references school,
    -- Sealed JSON: last, first, patronymic, position, e-mail, phone. Null: refused, or kept long enough.
    sealed bytea,
    -- Who asked for the link, and is told what came of it.
    asked_by uuid references person on delete set null,
    made_at timestamptz not null,
    decided_at timestamptz,
    decided_by uuid references person,
    -- The invitation that was made; null with `decided_at`: refused.
    invitation uuid references invitation,
    -- Sealed: why it was refused, as whoever asked for the link reads it.
    remark bytea
);
create index proposal_school on proposal (school, made_at);

-- Those who answer for a territory: its coordinators and operators; where it has none, those of the nearest territory above.
create function responsible_for(whom uuid) returns table (person uuid) language sql stable as $$
    with held as (
        select r.person, a.height from territories_above(whom) a
        join role r on r.territory = a.territory and r.role in ('coordinator', 'operator') and r.revoked_at is null
    )
    select distinct person from held where height = (select min(height) from held)
$$;

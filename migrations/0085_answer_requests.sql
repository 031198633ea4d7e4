-- First-line support takes a request, looks, and decides: with a reason, and by two pairs of eyes where a phone is full.
alter table manual_request
    add taken_by uuid references person,
    add taken_at timestamptz,
    -- The first of two, where a second person has to agree.
    add approved_by uuid references person,
    add decided_by uuid references person,
    add verdict text constraint manual_request_verdict
        check (verdict in ('verified', 'not_reached', 'not_theirs', 'not_a_phone', 'duplicate'));
create index manual_request_waiting on manual_request (made_at, number) where state = 'open';

-- Whether somebody of first-line support may see to this person: for the whole country, or for what the person's school lies in.
create function supported(staff uuid, whom uuid) returns boolean language sql stable as $$
    select exists (
        select from role h join territory t on t.id = h.territory
        where h.person = staff and h.role = 'support' and h.revoked_at is null
          and (t.kind = 'federation' or exists (
            select from role p left join class c on c.id = p.class left join school s on s.id = coalesce(p.school, c.school)
            cross join lateral territories_above(coalesce(s.territory, p.territory)) a
            where p.person = whom and p.revoked_at is null and a.territory = h.territory)))
$$;

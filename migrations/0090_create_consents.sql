-- Consents: one record for each purpose, append-only; what was read is kept as it was read.

-- A text as it was put before somebody. Another body is another version; nothing is ever changed.
create table consent_text (
    -- Made of everything below by hash, so that the same text is the same row wherever it is put in.
    id uuid primary key,
    purpose text not null constraint consent_text_purpose check (purpose in ('processing', 'messages', 'photo', 'passing')),
    audience text not null constraint consent_text_audience check (audience in ('pupil', 'parent', 'adult')),
    version integer not null,
    locale text not null,
    body text not null,
    sha256 bytea not null,
    -- Civil.
    valid_from timestamptz not null,
    constraint consent_text_version unique (purpose, audience, locale, version)
);

create table consent (
    id uuid primary key,
    -- The order of acts: civil time may stand still.
    seq bigint generated always as identity,
    -- Whose data it is about.
    person uuid not null references person,
    season text not null,
    purpose text not null constraint consent_purpose check (purpose in ('processing', 'messages', 'photo', 'passing')),
    act text not null constraint consent_act check (act in ('given', 'refused', 'withdrawn')),
    method text not null constraint consent_method check (method in ('pupil', 'parent', 'paper', 'adult')),
    -- Who gave it, from which account, and who looked at the paper: ids that stay even when those are gone.
    giver uuid,
    account uuid,
    -- What was read.
    text uuid references consent_text,
    -- The scan of the paper.
    document uuid,
    checked_by uuid,
    -- Civil.
    at timestamptz not null,
    constraint consent_giver check (method = 'paper' or giver is not null)
);
create index consent_newest on consent (person, season, purpose, seq desc);

-- The newest act of each purpose: the one that counts.
create view consent_now as
    select distinct on (person, season, purpose) * from consent order by person, season, purpose, seq desc;

-- The same of one person and purpose, for whoever asks of many people.
create function consent_act(whom uuid, year text, wanted text) returns setof consent language sql stable as $$
    select * from consent where person = whom and season = year and purpose = wanted order by seq desc limit 1
$$;

create function keep_consents() returns trigger language plpgsql as $$
begin
    -- Erasing a person takes that person's consents along, and nothing else may.
    if tg_op = 'DELETE' and tg_table_name = 'consent' and current_setting('provodnik.erasing', true) = 'on' then
        return old;
    end if;
    raise exception '% is append-only', tg_table_name;
end $$;
create trigger consent_kept before update or delete on consent for each row execute function keep_consents();
create trigger consent_not_emptied before truncate on consent for each statement execute function keep_consents();
create trigger consent_text_kept before update or delete on consent_text for each row execute function keep_consents();
create trigger consent_text_not_emptied before truncate on consent_text for each statement execute function keep_consents();

-- ОВЗ and disability, set by staff one by one; no row: neither. Sealed JSON.
create table pupil_need (
    person uuid primary key references person,
    sealed bytea not null
);

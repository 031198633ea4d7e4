-- The tree of territories down to classes. Names of places are not personal data and stand in clear.
create table territory (
    id uuid primary key,
    parent uuid references territory,
    kind text not null constraint territory_kind check (kind in ('federation', 'district', 'region', 'municipality')),
    name text not null,
    -- IANA zone; null: the parent's.
    zone text,
    -- Phone prefixes that may be dialled here, such as '+79'; null: the parent's.
    destinations text[],
    -- [{name, phone, email, address, room}]
    contacts jsonb not null default '[]',
    constraint territory_one_name unique nulls not distinct (parent, kind, name)
);

create table school (
    id uuid primary key,
    territory uuid not null references territory,
    name text not null,
    inn text not null,
    kpp text not null,
    constraint school_inn_kpp unique (inn, kpp)
);

create table class (
    id uuid primary key,
    school uuid not null references school,
    school_year text not null,
    grade smallint not null constraint class_grade check (grade between 6 and 11),
    letter text not null,
    constraint class_one_name unique (school, school_year, grade, letter)
);

-- A season's turn: whoever was among the staff before it began says whether they take part in it.
create table staff_season (
    person uuid not null references person on delete cascade,
    season text not null,
    taking_part boolean not null,
    at timestamptz not null,
    primary key (person, season)
);

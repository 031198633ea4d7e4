-- Events with seats. Whose they are: everybody's under a territory, or one school's.
create table event (
    id uuid primary key,
    territory uuid references territory,
    school uuid references school,
    title text not null,
    -- Where, as it is read: settlement and address, or a word for «online».
    place text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null constraint event_ends_after_it_starts check (ends_at > starts_at),
    seats integer not null constraint event_seats check (seats > 0),
    grade_from smallint not null default 6,
    grade_to smallint not null default 11,
    -- Whose classes may come, and the stage that feedback on it closes.
    season text not null,
    stage text,
    made_at timestamptz not null,
    -- Civil: when those who were signed up were asked how it was. Null: they are yet to be.
    asked_at timestamptz,
    constraint event_one_scope check (num_nonnulls(territory, school) = 1),
    constraint event_grades check (grade_from between 6 and 11 and grade_to between grade_from and 11)
);
create index event_territory on event (territory, starts_at) where territory is not null;
create index event_school on event (school, starts_at) where school is not null;
create index event_unasked on event (ends_at) where asked_at is null;

-- Who comes. A seat is taken by a row in the state `signed`; whoever gives one out holds the event's row.
create table event_signup (
    event uuid not null references event,
    person uuid not null references person,
    state text not null constraint event_signup_state check (state in ('signed', 'left')),
    -- Civil: of the latest change.
    at timestamptz not null,
    primary key (event, person)
);
create index event_signup_person on event_signup (person) where state = 'signed';

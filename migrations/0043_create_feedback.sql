-- What those who came said of an event, once each.
create table feedback (
    event uuid not null references event,
    person uuid not null references person,
    mark smallint not null constraint feedback_mark check (mark between 1 and 5),
    -- What was liked most: a word of the flow's list.
    liked text not null,
    -- Sealed: free text of a child. Null: nothing was written.
    comment bytea,
    given_at timestamptz not null,
    primary key (event, person)
);

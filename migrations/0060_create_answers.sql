-- What people answer to the questions of forms, from the first answer on: who breaks off has said something all the same.
create table answer (
    person uuid not null references person,
    -- One filling in of the form: a run of the flow.
    run text not null,
    flow text not null,
    question text not null,
    -- Sealed JSON of the value; place: answer, value, `run:flow:question`.
    value bytea not null,
    given_at timestamptz not null,
    -- The form was sent. Until then it may still change, or stay as it is for good.
    complete boolean not null default false,
    primary key (person, run, flow, question)
);
create index answer_flow on answer (flow, given_at);

-- Which stages of a season a person has closed. Seasons and stages are content (flows/seasons/), known by their keys.
create table stage_done (
    person uuid not null references person,
    season text not null,
    stage text not null,
    -- The action that closed it.
    closed_by text not null,
    done_at timestamptz not null,
    primary key (person, season, stage)
);

-- A reminder rule has had its turn in a zone: written in the transaction that queues what it says, and so once.
create table reminder_run (
    season text not null,
    stage text not null,
    -- Days before the closing date and the local hour: `3d@10:00`.
    rule text not null,
    zone text not null,
    -- Civil: when its local hour came, and when it was looked at.
    due timestamptz not null,
    ran_at timestamptz not null,
    -- How many were reminded; null: it was found too late and left out.
    queued bigint,
    primary key (season, stage, rule, zone)
);

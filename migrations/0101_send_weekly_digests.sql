-- The weeks of which teachers of a zone have had their digest: its Monday.
create table digest_run (
    zone text not null,
    week date not null,
    ran_at timestamptz not null,
    primary key (zone, week)
);

-- Pupils without a consent, and their teachers, are told some days before their profiles go: once for a school and season.
create table erasure_warning (
    season text not null,
    school uuid not null references school,
    warned_at timestamptz not null,
    -- How many pupils had no consent then.
    pupils integer not null,
    primary key (season, school)
);

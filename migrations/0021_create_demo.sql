-- Stands in databases that `dev` has filled with made-up people, and nowhere else: without it `dev` touches nothing.
create table demo (
    one boolean primary key default true check (one),
    made_at timestamptz not null
);

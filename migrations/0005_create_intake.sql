-- Where asking for updates goes on, for platforms that do not keep the place themselves (VK's Bots Long Poll).
create table intake (
    lane text primary key,
    -- The platform's own word for the place behind which nothing has been taken in.
    mark text not null,
    marked_at timestamptz not null default clock_timestamp()
);

-- The outbox is the table that is written most: each message is inserted once and updated twice, and every index and every
-- foreign key costs each time. As with the lane, a share lock on the rows of person and account by every message only cost.
alter table delivery
    drop constraint delivery_person_fkey,
    drop constraint delivery_account_fkey,
    drop constraint delivery_dedupe;
-- Few messages have one: the others need not stand in it.
create unique index delivery_dedupe on delivery (dedupe) where dedupe is not null;

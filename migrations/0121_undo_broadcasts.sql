-- What a broadcast does: it is sent, and what was sent of it may be taken away or corrected. Each is filled, released and told of
-- in the same way, and all of it stays in one ledger.
alter table delivery drop constraint delivery_kind;
alter table delivery add constraint delivery_kind check (kind in ('send', 'edit', 'delete', 'answer'));

alter table broadcast
    add doing text not null default 'send' constraint broadcast_doing check (doing in ('send', 'edit', 'delete')),
    -- Operational: since when it does that; null: since ever.
    add doing_since timestamptz,
    -- The draft whose text stands in place of its own.
    add correction uuid references broadcast,
    -- Of one that is sent again: to whom it failed, or who came since.
    add again text constraint broadcast_again check (again in ('failed', 'new'));

-- Taking a message out changes no index. Whether it is on its way was told by `state`, which stands in the predicates of both
-- indexes over what is open: every claim wrote its row's three index entries anew. Now `state` says what has become of a
-- message, and `claimed_until` whether it is out: a claim stays within the row's own page (HOT), if there is room in it.
alter table delivery drop constraint delivery_state;
update delivery set state = 'queued' where state = 'claimed';
alter table delivery add constraint delivery_state check (state in ('queued', 'sent', 'failed', 'dropped'));
drop index delivery_open, delivery_head;
create index delivery_open on delivery (lane, class, due, id) where state = 'queued';
create index delivery_head on delivery (lane, chat, class, id) where state = 'queued';
-- Room for the claimed row beside the one that waits.
alter table delivery set (fillfactor = 60);

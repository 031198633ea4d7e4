-- What has made notices void: a delivery that names such a key is not sent any more, however long it waited.
create table notice_void (
    key text primary key,
    since timestamptz not null
);
alter table delivery add void_key text;

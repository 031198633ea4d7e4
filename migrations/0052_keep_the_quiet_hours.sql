-- Between nine in the morning and nine in the evening of this zone only. Null: at any hour, somebody waits for it.
alter table delivery add zone text;

-- A code is for the chat of one territory. It works for a quarter of an hour: whoever holds one just now asks for another.
delete from chat_code;
alter table chat_code add territory uuid not null references territory;

-- By this a chat is named in a dialogue, as long as the bot is in it.
alter table group_chat add id bigint generated always as identity;
create unique index group_chat_id on group_chat (id);

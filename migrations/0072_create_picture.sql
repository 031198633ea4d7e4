-- How a bot's or community's messenger knows a picture that was uploaded there: it is uploaded once.
create table picture (
    lane text not null,
    -- Of the file's bytes.
    hash text not null,
    -- A picture is named in words.
    lang text not null,
    handle text not null,
    primary key (lane, hash, lang)
);

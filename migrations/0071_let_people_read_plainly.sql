-- Short words, one thought a sentence: what the person chose, and what is never asked why.
alter table person add column plain boolean not null default false;

-- A picture is uploaded under the words that say what can be seen on it: other words are another file, in whatever language.
delete from picture;
alter table picture rename column lang to alt;

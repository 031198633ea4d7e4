-- Guesses at codes by all accounts together: what an alert goes by.
create index sign_in_miss_at on sign_in_miss (at);

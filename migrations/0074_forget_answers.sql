-- Answers are forgotten when they have been kept long enough.
create index answer_forget on answer (complete, given_at);
create index feedback_forget on feedback (given_at) where answers is not null;
comment on column feedback.answers is 'Sealed JSON by the questions'' ids. Null: kept long enough, or given before the questions were a form.';

-- What is asked about an event is the flow's affair, and changes from season to season: all answers are kept as they were given.
alter table feedback
    drop column liked,
    drop column comment,
    -- Sealed JSON by the questions' ids: free text of a child is among it. Null: given before the questions were a form.
    add column answers bytea;

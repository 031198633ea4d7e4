-- Scans of signed papers. What a scan shows lies in the object store, encrypted by a key of its own; the key lies here, sealed:
-- with the row goes all that could open the object.
create table document (
    id uuid primary key,
    -- The pupil whom it is about.
    person uuid not null references person,
    season text not null,
    -- An id that stays even when its person is gone.
    uploaded_by uuid not null,
    -- Civil.
    at timestamptz not null,
    -- What stands on the paper.
    signed_on date not null,
    kind text not null constraint document_kind check (kind in ('pdf', 'jpeg', 'doc', 'docx', 'zip')),
    -- Of what is kept, in bytes, before it is encrypted; and of what was received.
    size integer not null,
    sha256 bytea not null,
    -- Sealed.
    key bytea not null,
    object text not null constraint document_object unique,
    constraint document_once unique (person, season)
);

-- Objects that no document has: on their way in, or on their way out. Whoever finds an old one here deletes it.
create table loose_object (
    name text primary key,
    -- Civil.
    since timestamptz not null
);
create index loose_object_age on loose_object (since);

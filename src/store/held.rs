//! What is held of a person: every table and column that there is, and what becomes of it when its person looks or goes.
//!
//! A test holds [`ALL`] against the schema, so that a new table can't be forgotten: whoever makes one says here whose it is, adds
//! what is shown of it to `shown`, and how it goes to `gone`.

mod gone;
mod shown;

pub use gone::{ACCOUNTS, PEOPLE, of_accounts, of_people};
pub use shown::{Row, SHOWN, of};

/// What becomes of a table's rows when their person is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They go.
    Gone,
    /// They stay, and what they held of the person does not.
    Emptied,
    /// They stay as they are: why.
    Kept(&'static str),
    /// They are about nobody: why.
    Nobody(&'static str),
}

/// A table, each of its columns, and what becomes of it.
#[derive(Clone, Copy, Debug)]
pub struct Holding {
    /// The table.
    pub table: &'static str,
    /// Columns that the person is shown.
    pub shown: &'static [&'static str],
    /// Columns that only the program can make anything of: ids, hashes, blind indexes, leases; and what is about others.
    pub inner: &'static [&'static str],
    /// What becomes of it.
    pub fate: Fate,
}

const fn held(
    table: &'static str,
    fate: Fate,
    shown: &'static [&'static str],
    inner: &'static [&'static str],
) -> Holding {
    Holding { table, shown, inner, fate }
}

use Fate::{Emptied, Gone, Kept, Nobody};

/// Every table of the schema.
pub const ALL: &[Holding] = &[
    held(
        "person",
        Emptied,
        &["profile", "lang", "adult", "plain", "signed_in_at", "made_at"],
        &["id", "kind", "identity", "email_index", "merged_into"],
    ),
    held(
        "role",
        Gone,
        &["role", "granted_at", "revoked_at"],
        &["id", "person", "territory", "school", "class", "granted_by", "revoked_by"],
    ),
    held(
        "account",
        Gone,
        &["channel", "external", "chat", "client", "lang", "reachable", "first_seen", "last_seen"],
        &["id", "lane", "person"],
    ),
    held("account_person", Gone, &["linked_at", "last_spoke_at", "opted_out"], &["account", "person"]),
    held("guardian", Gone, &["relation", "linked_at", "unlinked_at"], &["id", "child", "parent", "unlinked_by"]),
    held("parent_code", Gone, &["made_at", "expires_at", "used_at"], &["id", "child", "hash", "used_by"]),
    held("sign_in_code", Gone, &["kind", "made_at", "expires_at", "used_at"], &["id", "person", "hash", "used_by"]),
    held("sign_in_miss", Gone, &["at"], &["id", "account"]),
    held("chat_code", Gone, &["made_at", "expires_at", "used_at"], &["id", "author", "hash", "territory"]),
    held(
        "invitation",
        Emptied,
        &["role", "note", "made_at", "expires_at", "used_at", "revoked_at"],
        &["id", "hash", "territory", "school", "made_by", "used_by", "revoked_by", "person"],
    ),
    held(
        "verification",
        Gone,
        &["relation", "state", "phone", "opened_at", "verified_at", "closed_at"],
        &["id", "person", "speaker", "phone_index"],
    ),
    held(
        "challenge",
        Gone,
        // Whether anything really rang is not told: that others have used a number up is theirs.
        &["asked_at", "dialled_at", "state", "tries", "spent_at"],
        &[
            "id",
            "verification",
            "speaker",
            "phone_index",
            "prefix_index",
            "run",
            "seq",
            "reference",
            "code_mac",
            "cost",
            "polls",
            "polled_at",
            "provider",
        ],
    ),
    held("code_try", Gone, &["tried_at", "verdict"], &["id", "challenge", "speaker", "phone_index"]),
    held("verification_reply", Gone, &[], &["run", "seq", "try", "promise", "reply", "made_at"]),
    held(
        "verification_event",
        Kept("append-only for a year; ids and words, no personal data"),
        &["happened_at", "what"],
        &["id", "written_at", "person", "account", "verification", "challenge"],
    ),
    held(
        "manual_request",
        Gone,
        &["number", "reason", "phone", "state", "made_at", "closed_at", "taken_at", "verdict"],
        &["id", "person", "account", "taken_by", "approved_by", "decided_by"],
    ),
    held("stage_done", Gone, &["season", "stage", "closed_by", "done_at"], &["person"]),
    held("event_signup", Gone, &["state", "at"], &["event", "person"]),
    held("feedback", Gone, &["mark", "answers", "given_at"], &["event", "person"]),
    held("answer", Gone, &["flow", "question", "value", "given_at", "complete"], &["person", "run"]),
    held("conversation", Gone, &["state", "changed_at"], &["person", "seq"]),
    held("timer", Gone, &["due"], &["id", "person", "run", "wait", "alarm", "gentle", "retry_at"]),
    held(
        "outside_call",
        Gone,
        &["action", "args"],
        &["id", "person", "account", "run", "seq", "claim", "claimed_until", "tries"],
    ),
    held("signal", Gone, &["name", "brings", "raised_at", "until"], &["id", "person", "about", "parked", "retry_at"]),
    held("once", Gone, &["page", "made_at", "opened_at"], &["id", "hash", "person", "account", "args", "expires_at"]),
    // What is in the table is other people's, and shown to nobody but by the page that it was brought to.
    held("upload", Gone, &["made_at"], &["id", "person", "rows", "expires_at"]),
    held(
        "broadcast",
        Emptied,
        &["text", "made_at", "sent_at"],
        &[
            "id",
            "author",
            "state",
            "why",
            "starts_at",
            "season",
            "pupils",
            "chats",
            "expected",
            "slices",
            "filled",
            "progress",
            "told_at",
            "started_at",
            "forgiven",
            "ended_at",
            "text_index",
            "doing",
            "doing_since",
            "correction",
            "again",
        ],
    ),
    held(
        "delivery",
        Gone,
        &["kind", "state", "body", "due", "sent_at"],
        &[
            "id",
            "lane",
            "chat",
            "class",
            "person",
            "account",
            "edits",
            "drop_after",
            "dedupe",
            "claim",
            "claimed_until",
            "retry_at",
            "tries",
            "first_try_at",
            "message_id",
            "error",
            "made_at",
            "broadcast",
            "void_key",
            "zone",
        ],
    ),
    held(
        "journal",
        Kept("append-only: whoever answers for an act of staff; ids and words, no personal data"),
        &["at", "act"],
        &["seq", "actor", "subject", "detail", "hash"],
    ),
    held(
        "erasure",
        Kept("the act itself, without personal data"),
        &["number", "ground", "asked_at", "due", "state"],
        &[
            "id",
            "territory",
            "school",
            "season",
            "asked_by",
            "people",
            "gone",
            "leaving",
            "leaving_accounts",
            "walked",
            "ended_at",
            "ended_by",
        ],
    ),
    held("erasure_person", Gone, &[], &["erasure", "person", "identity", "email_index", "roles"]),
    held("erasure_account", Gone, &[], &["person", "account", "linked_at", "last_spoke_at", "opted_out"]),
    held(
        "territory",
        Nobody("a place; its contacts are the office's, published, and replaced with whoever holds it"),
        &[],
        &["id", "parent", "kind", "name", "zone", "destinations", "contacts"],
    ),
    held("school", Nobody("an organisation"), &[], &["id", "territory", "name", "inn", "kpp"]),
    held("class", Nobody("a class by its number and letter"), &[], &["id", "school", "school_year", "grade", "letter"]),
    held(
        "group_chat",
        Nobody("a chat of many"),
        &[],
        &["lane", "external", "title", "present", "changed_at", "territory", "id"],
    ),
    held(
        "event",
        Nobody("what takes place"),
        &[],
        &[
            "id",
            "territory",
            "school",
            "title",
            "place",
            "starts_at",
            "ends_at",
            "seats",
            "grade_from",
            "grade_to",
            "season",
            "stage",
            "made_at",
            "asked_at",
        ],
    ),
    held(
        "reminder_run",
        Nobody("a rule's turn in a zone"),
        &[],
        &["season", "stage", "rule", "zone", "due", "ran_at", "queued"],
    ),
    held("notice_void", Nobody("keys of ids and words"), &[], &["key", "since"]),
    held("closed_prefix", Nobody("a prefix of many numbers, hashed"), &[], &["prefix_index", "until"]),
    held("inbox", Nobody("keys of updates"), &[], &["source", "id", "received_at"]),
    held("intake", Nobody("a place in a messenger's stream"), &[], &["lane", "mark", "marked_at"]),
    held("flow_version", Nobody("content"), &[], &["hash", "flow", "source", "first_seen"]),
    held("picture", Nobody("content"), &[], &["lane", "hash", "alt", "handle"]),
    held("lane", Nobody("who sends"), &[], &["id", "owner", "fence", "until", "paused_until"]),
    held(
        "consent_text",
        Nobody("texts as they were read"),
        &[],
        &["id", "purpose", "audience", "version", "locale", "body", "sha256", "valid_from"],
    ),
    held(
        "consent",
        Gone,
        &["season", "purpose", "act", "method", "at"],
        &["id", "seq", "person", "giver", "account", "text", "document", "checked_by"],
    ),
    held("pupil_need", Gone, &["sealed"], &["person"]),
    held("loose_object", Nobody("names of objects that nothing opens any more"), &[], &["name", "since"]),
    held(
        "pupil_group",
        Kept("a group of a school, named by its staff; whoever made it is an id"),
        &[],
        &["id", "school", "name", "name_index", "made_by", "made_at", "closed_at"],
    ),
    held("group_member", Gone, &["put_at"], &["pupil_group", "person", "put_by"]),
    held("archived", Gone, &["archived_at"], &["person", "class", "archived_by"]),
    held("reminded", Gone, &["day", "at"], &["staff", "place", "what"]),
    held("birthday_run", Nobody("which zone was looked through"), &[], &["day", "zone"]),
    held("digest_run", Nobody("which zone had its digest"), &[], &["zone", "week", "ran_at"]),
    held(
        "table_request",
        Gone,
        &["state", "made_at", "decided_at"],
        &["id", "school", "teacher", "rows", "remark", "decided_by"],
    ),
    held(
        "proposal",
        Gone,
        &["sealed", "made_at", "decided_at"],
        &["id", "school", "asked_by", "decided_by", "invitation", "remark"],
    ),
    held("staff_season", Gone, &["season", "taking_part", "at"], &["person"]),
    held(
        "broadcast_place",
        Nobody("what is said where, by keys and ids"),
        &[],
        &["broadcast", "territory", "body", "due"],
    ),
    held(
        "document",
        Gone,
        &["season", "at", "signed_on", "kind", "size"],
        &["id", "person", "uploaded_by", "sha256", "key", "object"],
    ),
    held("erasure_warning", Nobody("which school was warned when"), &[], &["season", "school", "warned_at", "pupils"]),
    held("civil_clock", Nobody("the clock"), &[], &["one", "offset_ms"]),
    held("demo", Nobody("whether the demo was made"), &[], &["one", "made_at"]),
    held("journal_head", Nobody("the journal's last line"), &[], &["one", "seq", "hash"]),
];

//! How what is held of people goes, table by table, in an order that the references between tables allow.

use sqlx::PgConnection;
use uuid::Uuid;

macro_rules! goes {
    ($(#[$doc:meta])* $all:ident, $go:ident, $(($table:tt, $sql:tt)),* $(,)?) => {
        $(#[$doc])*
        pub const $all: &[&str] = &[$($table),*];

        /// Lets it go; gives how many rows went or were emptied, by table.
        ///
        /// # Errors
        /// When the database fails.
        pub async fn $go(db: &mut PgConnection, of: &[Uuid]) -> sqlx::Result<Vec<(&'static str, u64)>> {
            let mut gone = Vec::with_capacity($all.len());
            $(gone.push(($table, sqlx::query!($sql, of).execute(&mut *db).await?.rows_affected()));)*
            Ok(gone)
        }
    };
}

goes![
    /// Tables with something of people. Deliveries are not among them: they are too many to be looked for by person, and are
    /// walked through by batches.
    PEOPLE,
    of_people,
    (
        "verification_reply",
        "delete from verification_reply
         where run in (select c.run from challenge c join verification v on v.id = c.verification where v.person = any($1)
                       union select run from outside_call where person = any($1))
            or try in (select t.id from code_try t join challenge c on c.id = t.challenge
                       join verification v on v.id = c.verification where v.person = any($1))"
    ),
    (
        "code_try",
        "delete from code_try where challenge in
           (select c.id from challenge c join verification v on v.id = c.verification where v.person = any($1))"
    ),
    (
        "challenge",
        "delete from challenge where verification in (select id from verification where person = any($1))"
    ),
    ("verification", "delete from verification where person = any($1)"),
    (
        "document",
        "with taken as (delete from document where person = any($1) returning object)
         insert into loose_object (name, since) select object, 'epoch' from taken"
    ),
    (
        "staff_season",
        "delete from staff_season where person = any($1)"
    ),
    (
        "proposal",
        "delete from proposal where asked_by = any($1) or invitation in (select id from invitation where used_by = any($1))"
    ),
    (
        "table_request",
        "delete from table_request where teacher = any($1)"
    ),
    (
        "reminded",
        "delete from reminded where staff = any($1)"
    ),
    (
        "archived",
        "delete from archived where person = any($1)"
    ),
    (
        "group_member",
        "delete from group_member where person = any($1)"
    ),
    (
        "pupil_need",
        "delete from pupil_need where person = any($1)"
    ),
    (
        "consent",
        "delete from consent where person = any($1) and set_config('provodnik.erasing', 'on', true) = 'on'"
    ),
    ("manual_request", "delete from manual_request where person = any($1)"),
    ("answer", "delete from answer where person = any($1)"),
    ("feedback", "delete from feedback where person = any($1)"),
    ("event_signup", "delete from event_signup where person = any($1)"),
    ("stage_done", "delete from stage_done where person = any($1)"),
    ("timer", "delete from timer where person = any($1)"),
    ("signal", "delete from signal where person = any($1)"),
    ("outside_call", "delete from outside_call where person = any($1)"),
    ("conversation", "delete from conversation where person = any($1)"),
    ("once", "delete from once where person = any($1) or (args->>'about') = any($1::uuid[]::text[])"),
    ("upload", "delete from upload where person = any($1)"),
    ("chat_code", "delete from chat_code where author = any($1)"),
    ("sign_in_code", "delete from sign_in_code where person = any($1)"),
    ("parent_code", "delete from parent_code where child = any($1) or used_by = any($1)"),
    ("guardian", "delete from guardian where child = any($1) or parent = any($1)"),
    (
        "invitation",
        "update invitation set note = null where note is not null and (used_by = any($1) or made_by = any($1) or person = any($1))"
    ),
    // Deliveries name the ones that went out.
    ("broadcast", "update broadcast set text = null, text_index = null where text is not null and author = any($1)"),
    ("role", "delete from role where person = any($1)"),
    ("account_person", "delete from account_person where person = any($1)"),
    ("erasure_account", "delete from erasure_account where person = any($1)"),
    ("erasure_person", "delete from erasure_person where person = any($1)"),
    (
        "person",
        "update person set kind = 'erased', profile = null, identity = null, email_index = null, lang = null, adult = false,
                plain = false, signed_in_at = null
         where id = any($1)"
    ),
];

goes![
    /// Tables with something of accounts that nobody speaks by any more.
    ACCOUNTS,
    of_accounts,
    ("sign_in_miss", "delete from sign_in_miss where account = any($1)"),
    ("sign_in_code", "update sign_in_code set used_by = null where used_by = any($1)"),
    ("manual_request", "update manual_request set account = null where account = any($1)"),
    ("outside_call", "update outside_call set account = null where account = any($1)"),
    ("once", "update once set account = null where account = any($1)"),
    ("account_person", "delete from account_person where account = any($1)"),
    ("erasure_account", "delete from erasure_account where account = any($1)"),
    ("account", "delete from account where id = any($1)"),
];

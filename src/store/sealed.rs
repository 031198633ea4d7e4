//! Every column that holds sealed values, and what each is bound to: for sealing all of them anew under another key.
//!
//! A value is bound to its table, column and row; what stands for the row is given as bytes, as whoever seals it says it. Rows are
//! named by where they lie (`ctid`): within the transaction that has locked them they stay there.

use sqlx::PgConnection;

/// A sealed value that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where the row lies.
    pub at: String,
    /// What stands for the row.
    pub row: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
}

/// A value to be put in the place of the one that was found there.
#[derive(Clone, Debug)]
pub struct Resealed {
    /// Where the row lies.
    pub at: String,
    /// The value.
    pub value: Vec<u8>,
}

/// One column of sealed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
}

macro_rules! columns {
    ($(($table:tt, $column:tt, $find:tt, $put:tt)),* $(,)?) => {
        /// All of them.
        pub const ALL: &[Column] = &[$(Column { table: $table, column: $column }),*];

        /// The next values of a column that another key than this has sealed, behind a place, locked; those that somebody else
        /// has locked are left out.
        ///
        /// # Errors
        /// When the database fails.
        pub async fn find(
            db: &mut PgConnection,
            of: Column,
            (newest, behind): (i32, &str),
            many: i64,
        ) -> sqlx::Result<Vec<Found>> {
            match (of.table, of.column) {
                $(($table, $column) => {
                    sqlx::query_as!(Found, $find, newest, behind as _, many).fetch_all(db).await
                })*
                _ => Ok(Vec::new()),
            }
        }

        /// Puts values in the place of those that were found.
        ///
        /// # Errors
        /// When the database fails.
        pub async fn put(db: &mut PgConnection, of: Column, values: &[Resealed]) -> sqlx::Result<()> {
            let at: Vec<String> = values.iter().map(|value| value.at.clone()).collect();
            let values: Vec<Vec<u8>> = values.iter().map(|value| value.value.clone()).collect();
            match (of.table, of.column) {
                $(($table, $column) => sqlx::query!($put, &at, &values).execute(db).await.map(drop),)*
                _ => Ok(()),
            }
        }
    };
}

columns![
    (
        "table_request",
        "rows",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", rows as "value!" from table_request
           where rows is not null and get_byte(rows, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update table_request t set rows = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "table_request",
        "remark",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", remark as "value!" from table_request
           where remark is not null and get_byte(remark, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update table_request t set remark = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "pupil_group",
        "name",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", name as "value!" from pupil_group
           where get_byte(name, 0) <> $1 and ctid > $2::text::tid order by ctid limit $3 for update skip locked"#,
        "update pupil_group t set name = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "person",
        "profile",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", profile as "value!" from person
           where profile is not null and get_byte(profile, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update person t set profile = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "conversation",
        "state",
        r#"select ctid::text as "at!", uuid_send(person) as "row!", state as "value!" from conversation
           where state is not null and get_byte(state, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update conversation t set state = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "outside_call",
        "args",
        r#"select ctid::text as "at!", convert_to(run || ':' || seq, 'UTF8') as "row!", args as "value!" from outside_call
           where get_byte(args, 0) <> $1 and ctid > $2::text::tid order by ctid limit $3 for update skip locked"#,
        "update outside_call t set args = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "answer",
        "value",
        r#"select ctid::text as "at!", convert_to(run || ':' || flow || ':' || question, 'UTF8') as "row!", value as "value!"
           from answer where get_byte(value, 0) <> $1 and ctid > $2::text::tid order by ctid limit $3 for update skip locked"#,
        "update answer t set value = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "feedback",
        "answers",
        r#"select ctid::text as "at!", uuid_send(event) || uuid_send(person) as "row!", answers as "value!" from feedback
           where answers is not null and get_byte(answers, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update feedback t set answers = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "broadcast",
        "text",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", text as "value!" from broadcast
           where text is not null and get_byte(text, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update broadcast t set text = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "verification",
        "phone",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", phone as "value!" from verification
           where phone is not null and get_byte(phone, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update verification t set phone = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "manual_request",
        "phone",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", phone as "value!" from manual_request
           where phone is not null and get_byte(phone, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update manual_request t set phone = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "signal",
        "brings",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", brings as "value!" from signal
           where get_byte(brings, 0) <> $1 and ctid > $2::text::tid order by ctid limit $3 for update skip locked"#,
        "update signal t set brings = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "invitation",
        "note",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", note as "value!" from invitation
           where note is not null and get_byte(note, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update invitation t set note = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "document",
        "key",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", key as "value!" from document
           where get_byte(key, 0) <> $1 and ctid > $2::text::tid order by ctid limit $3 for update skip locked"#,
        "update document t set key = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "proposal",
        "sealed",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", sealed as "value!" from proposal
           where sealed is not null and get_byte(sealed, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update proposal t set sealed = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "proposal",
        "remark",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", remark as "value!" from proposal
           where remark is not null and get_byte(remark, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update proposal t set remark = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "territory",
        "contacts",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", contacts as "value!" from territory
           where contacts is not null and get_byte(contacts, 0) <> $1 and ctid > $2::text::tid
           order by ctid limit $3 for update skip locked"#,
        "update territory t set contacts = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "upload",
        "rows",
        r#"select ctid::text as "at!", uuid_send(id) as "row!", rows as "value!" from upload
           where get_byte(rows, 0) <> $1 and ctid > $2::text::tid order by ctid limit $3 for update skip locked"#,
        "update upload t set rows = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
    (
        "pupil_need",
        "sealed",
        r#"select ctid::text as "at!", uuid_send(person) as "row!", sealed as "value!" from pupil_need
           where get_byte(sealed, 0) <> $1 and ctid > $2::text::tid order by ctid limit $3 for update skip locked"#,
        "update pupil_need t set sealed = n.value from unnest($1::text[], $2::bytea[]) n (at, value) where t.ctid = n.at::tid"
    ),
];

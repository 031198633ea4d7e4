//! Who got a broadcast, and who did not.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::{BroadcastId, LaneId, PersonId};

/// How many have it, and how many do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Taken by the messengers.
    pub sent: i64,
    /// Failed, not wanted, called off.
    pub lost: i64,
}

/// Counts a broadcast's messages, whatever was done to them since.
///
/// # Errors
/// When the database fails.
pub async fn ledger_counts(db: &mut PgConnection, id: BroadcastId) -> sqlx::Result<Ledger> {
    sqlx::query_as!(
        Ledger,
        r#"select count(*) filter (where state = 'sent') as "sent!",
                  count(*) filter (where state in ('failed', 'dropped')) as "lost!"
           from delivery where broadcast = $1 and kind = 'send'"#,
        id.0,
    )
    .fetch_one(db)
    .await
}

/// One line of a ledger.
#[derive(Clone, Debug)]
pub struct Line {
    /// Whose; none: a chat's.
    pub person: Option<PersonId>,
    /// Sealed, if its reader may see the name.
    pub profile: Option<Vec<u8>>,
    /// School or territory; of a chat its title.
    pub place: Option<String>,
    /// The bot or community that spoke.
    pub lane: LaneId,
    /// `parked`, `queued`, `sent`, `failed`, `dropped`.
    pub state: String,
    /// Why not, as the messenger or we said.
    pub error: Option<String>,
    /// When the messenger took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// The messenger's id of it.
    pub message: Option<String>,
    /// `edit`, `delete`: what was done to it last, and it was done.
    pub undone: Option<String>,
}

/// The ledger of the author's own broadcast, in the order of its filling, behind an id. Names of pupils whom the author does not
/// see any more are left out.
///
/// # Errors
/// When the database fails.
pub async fn ledger(
    db: &mut PgConnection,
    id: BroadcastId,
    author: PersonId,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<(i64, Line)>> {
    let rows = sqlx::query!(
        r#"select d.id, d.person as "person: PersonId", p.profile as "profile?", coalesce(s.name, g.title) as place,
                  d.lane as "lane: LaneId", d.state, d.error, d.sent_at, d.message_id,
                  (select u.kind from delivery u where u.edits = d.id and u.broadcast = d.broadcast and u.state = 'sent'
                   order by u.id desc limit 1) as undone
           from broadcast b join delivery d on d.broadcast = b.id and d.kind = 'send'
           left join lateral (
             select r.class, c.school from role r join class c on c.id = r.class
             where r.person = d.person and r.role = 'pupil' and r.revoked_at is null
               and r.class in (select class from classes_seen($2)) limit 1) r on true
           left join person p on p.id = d.person and r.class is not null
           left join school s on s.id = r.school
           left join group_chat g on d.person is null and g.lane = d.lane and g.external = d.chat
           where b.id = $1 and b.author = $2 and d.id > $3 order by d.id limit $4"#,
        id.0,
        author.0,
        after,
        limit,
    );
    let rows = rows.fetch_all(db).await?.into_iter().map(|row| {
        let line = Line {
            person: row.person,
            profile: row.profile,
            place: row.place,
            lane: row.lane,
            state: row.state,
            error: row.error,
            sent_at: row.sent_at,
            message: row.message_id,
            undone: row.undone,
        };
        (row.id, line)
    });
    Ok(rows.collect())
}

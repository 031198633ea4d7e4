//! Group chats that a bot is or was in.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::ids::LaneId;

/// Notes that the bot is in a group, or was removed from it: then it is nobody's chat any more, whoever takes us in again.
pub async fn set_present(
    db: &mut PgConnection,
    lane: &LaneId,
    chat: &str,
    title: Option<&str>,
    present: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into group_chat as g (lane, external, title, present, changed_at) values ($1, $2, $3, $4, $5)
         on conflict (lane, external) do update
         set title = coalesce(excluded.title, g.title), present = excluded.present, changed_at = excluded.changed_at,
             territory = case when excluded.present then g.territory end",
        lane.0,
        chat,
        title,
        present,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A group has another id now.
pub async fn migrate(
    db: &mut PgConnection,
    lane: &LaneId,
    from: &str,
    to: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with old as (delete from group_chat where lane = $1 and external = $2 returning title, territory)
         insert into group_chat as g (lane, external, title, present, changed_at, territory)
         select $1, $3, (select title from old), true, $4, (select territory from old)
         on conflict (lane, external) do update set present = true, changed_at = excluded.changed_at,
           territory = coalesce(g.territory, excluded.territory)",
        lane.0,
        from,
        to,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

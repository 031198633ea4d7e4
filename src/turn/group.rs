//! Group chats: a greeting, a pointer to the private dialogue, and no flows ever.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{scene, writes::Writes};
use crate::{
    channel::{Group, GroupEvent},
    message::{Said, Words},
    store::{
        deliveries::{self, Body, Class, NewDelivery},
        groups,
    },
};

/// Seconds within which a group is told only once that we talk in private: a class that plays with us fills no chat.
const TOLD_FOR: i64 = 600;

/// Acts on what happened in a group chat.
pub(super) async fn act(
    db: &mut PgConnection,
    writes: &mut Writes,
    group: &Group,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let Group { lane, channel, chat, title, event } = group;
    match event {
        GroupEvent::Joined => {
            groups::set_present(db, lane, chat, title.as_deref(), true, now).await?;
            writes.deliveries.push(said(group, "global-group-hello", now));
        }
        GroupEvent::Left => {
            groups::set_present(&mut *db, lane, chat, title.as_deref(), false, now).await?;
            deliveries::fail_chats(db, lane, std::slice::from_ref(chat), "removed from the group").await?;
        }
        GroupEvent::MovedTo(to) => {
            groups::migrate(&mut *db, lane, chat, to, now).await?;
            deliveries::move_chat(db, lane, chat, to).await?;
        }
        GroupEvent::Addressed => {
            let window = now.timestamp().div_euclid(TOLD_FOR);
            let dedupe = Some(format!("group-private:{lane}:{chat}:{window}"));
            writes.deliveries.push(NewDelivery { dedupe, ..said(group, "global-group-private", now) });
        }
        GroupEvent::Pressed(press) => {
            writes.deliveries.push(scene::answer(lane, *channel, press.clone(), None, now));
        }
        GroupEvent::Talk => {}
    }
    Ok(())
}

fn said(group: &Group, key: &str, now: DateTime<Utc>) -> NewDelivery {
    NewDelivery {
        lane: group.lane.clone(),
        chat: group.chat.clone(),
        class: Class::Reply,
        person: None,
        account: None,
        body: Body::Send(Said { words: Words::plain(key), keyboard: None }),
        edits: None,
        due: now,
        drop_after: None,
        dedupe: None,
    }
}

//! Group chats: a greeting, a pointer to the private dialogue, a code that makes one a chat of ours, and no flows ever.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{scene, writes::Writes};
use crate::{
    broadcast::chats::{self, Bound},
    channel::{Group, GroupEvent},
    message::{Said, Words},
    seal::Vault,
    store::{
        deliveries::{self, Body, Class, NewDelivery},
        groups,
    },
};

/// Seconds within which a group is told only once that we talk in private: a class that plays with us fills no chat.
const TOLD_FOR: i64 = 600;
/// The same for what we say to a code: whoever mistyped one is told soon again.
const CODE_TOLD_FOR: i64 = 60;

/// Acts on what happened in a group chat.
pub(super) async fn act(
    db: &mut PgConnection,
    writes: &mut Writes,
    vault: &Vault,
    group: &Group,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let Group { lane, channel, chat, title, event } = group;
    match event {
        GroupEvent::Joined => {
            groups::set_present(db, lane, chat, title.as_deref(), true, now).await?;
            writes.deliveries.push(says(group, Words::plain("global-group-hello"), now));
        }
        GroupEvent::Left => {
            groups::set_present(&mut *db, lane, chat, title.as_deref(), false, now).await?;
            deliveries::fail_chats(db, lane, std::slice::from_ref(chat), "removed from the group").await?;
        }
        GroupEvent::MovedTo(to) => {
            groups::migrate(&mut *db, lane, chat, to, now).await?;
            deliveries::move_chat(db, lane, chat, to).await?;
        }
        GroupEvent::Addressed { said } => {
            let (words, once_in) = match chats::bind(db, vault, (lane, chat), title.as_deref(), said, now).await? {
                Bound::To(place) => {
                    let args = [("place".to_owned(), place.into())].into();
                    (Words { key: "global-group-bound".to_owned(), args }, None)
                }
                Bound::No => (Words::plain("global-group-code"), Some(CODE_TOLD_FOR)),
                Bound::Unmeant => (Words::plain("global-group-private"), Some(TOLD_FOR)),
            };
            let window = |seconds| now.timestamp().div_euclid(seconds);
            let dedupe = once_in.map(|seconds| format!("{}:{lane}:{chat}:{}", words.key, window(seconds)));
            writes.deliveries.push(NewDelivery { dedupe, ..says(group, words, now) });
        }
        GroupEvent::Pressed(press) => {
            writes.deliveries.push(scene::answer(lane, *channel, press.clone(), None, now));
        }
        GroupEvent::Talk => {}
    }
    Ok(())
}

fn says(group: &Group, words: Words, now: DateTime<Utc>) -> NewDelivery {
    NewDelivery {
        lane: group.lane.clone(),
        chat: group.chat.clone(),
        class: Class::Reply,
        person: None,
        account: None,
        body: Body::Send(Said { words, keyboard: None, picture: None }),
        edits: None,
        due: now,
        drop_after: None,
        dedupe: None,
        zone: None,
    }
}

//! Writes down what became of the requests that came back.

use std::time::Duration;

use sqlx::PgConnection;

use super::{
    Flown, Lane, Outcome,
    judge::{self, REFUSED_BOT, Then, judge},
};
use crate::{
    channel::{Gone, SendError},
    ids::AccountId,
    store::{
        accounts, begin,
        deliveries::{self, Fate},
        groups, lanes,
        pictures::{self, Handle},
    },
};

/// What a batch of answers asks to be written besides the deliveries' own fates.
#[derive(Default)]
struct Aftermath {
    fates: Vec<(i64, uuid::Uuid, Fate)>,
    lost: Vec<(String, Option<AccountId>, Gone)>,
    moved: Vec<(String, String)>,
    pause: Option<Duration>,
    pictures: Vec<Handle>,
}

impl Lane {
    /// Settles all that came back, in one transaction. Gives how many the platform took.
    pub(super) async fn settle(&mut self) -> sqlx::Result<usize> {
        if self.landed.is_empty() {
            return Ok(0);
        }
        self.set_pace();
        // Kept until the commit: after a failed database the next beat settles them.
        let landed = std::mem::take(&mut self.landed);
        let after = self.judge_all(&landed);
        let sent = after.fates.iter().filter(|(_, _, fate)| matches!(fate, Fate::Sent(_))).count();
        match self.write(&after).await {
            Ok(()) => {
                landed.iter().for_each(|flown| self.count(flown));
                Ok(sent)
            }
            Err(error) => {
                self.landed = landed;
                Err(error)
            }
        }
    }

    fn judge_all(&mut self, landed: &[Flown]) -> Aftermath {
        let mut after = Aftermath::default();
        for flown in landed {
            let (fate, then) = match &flown.outcome {
                Outcome::Unsent(fate) => (fate.clone(), Then::Nothing),
                Outcome::Answered(result) => judge(flown.tries, result.clone()),
            };
            let fate = match (fate, &then) {
                // Somebody's part of a broadcast goes by another way, if there is one.
                (Fate::Failed(why), Then::Lose(_)) if flown.broadcast.is_some() && flown.account.is_some() => {
                    Fate::Parked(why)
                }
                (fate, _) => fate,
            };
            if let Fate::Failed(why) = &fate {
                tracing::warn!(delivery = flown.id, lane = %self.settings.id, "a message failed for good: {why}");
            }
            after.fates.push((flown.id, flown.token, fate));
            after.pictures.extend(flown.picture.clone());
            self.follow(flown, then, &mut after);
        }
        after
    }

    fn follow(&mut self, flown: &Flown, then: Then, after: &mut Aftermath) {
        let longer = |pause: Option<Duration>, other| Some(pause.map_or(other, |pause| pause.max(other)));
        match then {
            Then::Nothing => {}
            Then::Rest(long) => {
                if self.pace.tell_off(&flown.chat, long) {
                    after.pause = longer(after.pause, long);
                }
            }
            Then::Pause(long) => after.pause = longer(after.pause, long),
            Then::Alarm(why) => {
                tracing::error!(lane = %self.settings.id, "the bot itself is refused, the lane pauses: {why}");
                after.pause = longer(after.pause, REFUSED_BOT);
            }
            Then::Lose(gone) => after.lost.push((flown.chat.clone(), flown.account, gone)),
            Then::Move(to) => after.moved.push((flown.chat.clone(), to)),
        }
    }

    async fn write(&self, after: &Aftermath) -> sqlx::Result<()> {
        if after.lost.is_empty() && after.moved.is_empty() && after.pause.is_none() && after.pictures.is_empty() {
            // As nearly always: one statement is its own transaction.
            return deliveries::settle(&mut *self.parts.pool.acquire().await?, &after.fates).await.map(drop);
        }
        let mut tx = begin(&self.parts.pool).await?;
        deliveries::settle(&mut tx, &after.fates).await?;
        pictures::keep(&mut tx, &self.settings.id, &after.pictures).await?;
        self.lose(&mut tx, &after.lost).await?;
        for (from, to) in &after.moved {
            let (lane, now) = (&self.settings.id, self.parts.clock.now());
            deliveries::move_chat(&mut tx, lane, from, to).await?;
            accounts::move_chat(&mut tx, lane, from, to).await?;
            groups::migrate(&mut tx, lane, from, to, now).await?;
        }
        if let Some(pause) = after.pause {
            tracing::warn!(lane = %self.settings.id, seconds = pause.as_secs_f64(), "the lane pauses");
            lanes::pause(&mut tx, &self.settings.id, pause.as_secs_f64()).await?;
        }
        tx.commit().await
    }

    /// Who can't be written to is not written to: what waits for them fails as well.
    async fn lose(&self, db: &mut PgConnection, lost: &[(String, Option<AccountId>, Gone)]) -> sqlx::Result<()> {
        let accounts: Vec<_> = lost.iter().filter_map(|(_, account, _)| *account).collect();
        if !accounts.is_empty() {
            accounts::set_reachable(&mut *db, &accounts, false).await?;
        }
        for (chat, account, gone) in lost {
            let lane = &self.settings.id;
            if account.is_none() {
                groups::set_present(&mut *db, lane, chat, None, false, self.parts.clock.now()).await?;
            }
            let why = format!("gone: {gone:?}");
            deliveries::fail_chats(&mut *db, lane, std::slice::from_ref(chat), &why).await?;
        }
        Ok(())
    }

    fn count(&self, flown: &Flown) {
        let Outcome::Answered(result) = &flown.outcome else { return };
        let channel = self.settings.channel.as_str();
        metrics::counter!("sends_total", "channel" => channel, "result" => judge::kind(result)).increment(1);
        match result {
            Err(SendError::TooFast { .. }) => metrics::counter!("too_fast_total", "channel" => channel).increment(1),
            Err(SendError::Unknown(_)) => self.count_repeat(flown.age),
            _ => {}
        }
    }
}

//! `verification.confirm`: four digits.
//!
//! The order is the whole point: the try is counted and committed, then weighed against the limits, then compared in
//! constant time, then the code is spent in one statement. However many try at once, none is looked at uncounted and
//! exactly one succeeds.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use subtle::ConstantTimeEq;

use super::{
    CallKey, Code, Outside, Policy, count, mac, note,
    policy::{self, TryVerdict},
    reply, seq, start,
    store::{self, Attempt, Claimed, Live},
};
use crate::{
    acting::Error,
    flow::Reply,
    ids::{ChallengeId, VerificationId},
    message::{Said, Value, Words},
    seal::Vault,
    store::{
        begin,
        deliveries::{self, Body, Class, NewDelivery},
    },
};

/// Judges four digits.
///
/// # Errors
/// When the database fails.
pub async fn confirm((attempt, code): (&str, &str), outside: &Outside, key: CallKey<'_>) -> Result<Reply, Error> {
    let judge = Judge { outside, policy: &outside.policy, key, now: outside.clock.now() };
    match judge.count(attempt).await? {
        Counted::Answer(reply) => Ok(reply),
        Counted::Compare { tried, left } => {
            let hit = Code::typed(code).and_then(|code| hit(&outside.vault, &tried.live, &code));
            judge.finish(&tried, hit, left).await
        }
    }
}

fn proved(verification: VerificationId, replaced: bool) -> Reply {
    reply("ok", [("phone", Value::Phone(verification)), ("replaced", replaced.into())])
}

/// The call whose code this is. Every live one is compared to its end.
fn hit(vault: &Vault, live: &[Live], code: &Code) -> Option<ChallengeId> {
    let mut found = None;
    for call in live {
        let known = call.code_mac.as_deref().unwrap_or(&[0; 32]);
        let equal = bool::from(known.ct_eq(&mac(vault, call.id, code)));
        if equal && call.code_mac.is_some() {
            found = Some(call.id);
        }
    }
    found
}

struct Judge<'a> {
    outside: &'a Outside,
    policy: &'a Policy,
    key: CallKey<'a>,
    now: DateTime<Utc>,
}

/// A try that is on record.
struct Tried {
    id: i64,
    attempt: Attempt,
    live: Vec<Live>,
}

enum Counted {
    Answer(Reply),
    Compare { tried: Tried, left: usize },
}

impl Judge<'_> {
    /// Counts the try, and commits that it is counted.
    async fn count(&self, attempt: &str) -> Result<Counted, Error> {
        let mut db = begin(&self.outside.pool).await?;
        let (run, seq) = (self.key.run, seq(&self.key));
        let counted = match store::claim_reply(&mut db, run, seq, self.now).await? {
            Claimed::Answered(reply) => Counted::Answer(reply),
            Claimed::Unfinished { counted, .. } => self.weigh(attempt, counted, &mut db).await?,
            Claimed::Fresh => self.weigh(attempt, None, &mut db).await?,
        };
        if let Counted::Answer(reply) = &counted {
            store::answer(&mut db, run, seq, reply).await?;
        }
        db.commit().await?;
        Ok(counted)
    }

    /// `before`: this very call counted its try in an earlier run, and died before it was answered.
    async fn weigh(&self, attempt: &str, before: Option<i64>, db: &mut PgConnection) -> Result<Counted, Error> {
        let expired = || Counted::Answer(Reply::plain("expired"));
        let Ok(id) = attempt.parse().map(ChallengeId) else { return Ok(expired()) };
        let Some(attempt) = store::attempt(&mut *db, id, self.key.person).await? else { return Ok(expired()) };
        store::lock(&mut *db, &[&attempt.phone_index]).await?;
        let live = store::live(&mut *db, attempt.verification, self.now - self.policy.code_lives).await?;
        let Some(newest) = live.first().map(|call| (call.id, call.tries)) else { return Ok(expired()) };
        let since = self.now - self.policy.look_back();
        let tries = store::tries(&mut *db, attempt.speaker, &attempt.phone_index, since).await?;
        let this_call = usize::try_from(newest.1).unwrap_or(usize::MAX);
        let verdict = policy::judge_try(self.policy, &tries, this_call, self.now);
        if let Some(id) = before {
            return Ok(Counted::Compare { tried: Tried { id, attempt, live }, left: verdict.room() });
        }
        let TryVerdict::Compare { left } = verdict else {
            note(db, "exhausted", &self.key, (Some(attempt.verification), Some(newest.0)), self.now).await?;
            return Ok(Counted::Answer(Reply::plain("exhausted")));
        };
        let id = store::count_try(&mut *db, newest.0, &attempt, self.now).await?;
        store::note_try(db, self.key.run, seq(&self.key), id).await?;
        Ok(Counted::Compare { tried: Tried { id, attempt, live }, left })
    }

    /// Spends the code if it was the right one, and answers.
    async fn finish(&self, tried: &Tried, hit: Option<ChallengeId>, left: usize) -> Result<Reply, Error> {
        let mut db = begin(&self.outside.pool).await?;
        let (run, seq) = (self.key.run, seq(&self.key));
        if let Claimed::Answered(reply) = store::claim_reply(&mut db, run, seq, self.now).await? {
            return Ok(reply);
        }
        store::lock(&mut db, &[&tried.attempt.phone_index]).await?;
        let reply = match hit {
            Some(call) => self.right(call, tried, &mut db).await?,
            None => self.wrong(tried, left, &mut db).await?,
        };
        let reply = store::answer(&mut db, run, seq, &reply).await?;
        db.commit().await?;
        Ok(reply)
    }

    async fn wrong(&self, tried: &Tried, left: usize, db: &mut PgConnection) -> Result<Reply, Error> {
        store::judge_try(&mut *db, tried.id, "wrong").await?;
        note(db, "wrong", &self.key, (Some(tried.attempt.verification), None), self.now).await?;
        Ok(match left {
            0 => Reply::plain("exhausted"),
            left => reply("wrong", [("left", count(left))]),
        })
    }

    async fn right(&self, call: ChallengeId, tried: &Tried, db: &mut PgConnection) -> Result<Reply, Error> {
        store::judge_try(&mut *db, tried.id, "right").await?;
        let (person, verification) = (self.key.person, tried.attempt.verification);
        if !store::spend(&mut *db, call, self.now).await? {
            return Ok(Reply::plain("expired"));
        }
        store::lock_person(&mut *db, person).await?;
        let before = store::verified(&mut *db, person).await?;
        if let Some(same) = before.as_ref().filter(|before| before.phone_index == tried.attempt.phone_index) {
            // Another account of this person was faster with the same phone.
            store::drop(&mut *db, verification, self.now).await?;
            return Ok(proved(same.id, false));
        }
        if let Some(outcome) = self.hindered(tried, before.is_some(), &mut *db).await? {
            store::drop(&mut *db, verification, self.now).await?;
            note(db, outcome, &self.key, (Some(verification), Some(call)), self.now).await?;
            return Ok(Reply::plain(outcome));
        }
        let voided = store::accept(&mut *db, verification, person, self.now).await?;
        note(&mut *db, "verified", &self.key, (Some(verification), Some(call)), self.now).await?;
        if voided.is_some() {
            note(&mut *db, "voided", &self.key, (voided, None), self.now).await?;
            self.tell_others(tried, db).await?;
        }
        Ok(proved(verification, voided.is_some()))
    }

    /// What stands against a phone that is proved: it has all the pupils it may have, or the number changed lately.
    async fn hindered(
        &self,
        tried: &Tried,
        changes: bool,
        db: &mut PgConnection,
    ) -> Result<Option<&'static str>, Error> {
        let pupils = store::pupils_at(&mut *db, &tried.attempt.phone_index, self.key.person).await?;
        if pupils >= self.policy.pupils_per_phone {
            return Ok(Some("full"));
        }
        let lately = changes && start::change_allowed_at(db, self.policy, self.key, self.now).await?.is_some();
        Ok(lately.then_some("expired"))
    }

    /// Tells the person's other accounts that the number changed. The one that spoke hears it from the flow.
    async fn tell_others(&self, tried: &Tried, db: &mut PgConnection) -> Result<(), Error> {
        let verification = tried.attempt.verification;
        let args =
            [("name".to_owned(), Value::FirstName(self.key.person)), ("phone".to_owned(), Value::Phone(verification))];
        let words = Words { key: "notice-phone-changed".to_owned(), args: args.into() };
        let others = store::other_chats(&mut *db, self.key.person, self.key.account).await?;
        let notices: Vec<_> = others
            .into_iter()
            .map(|other| NewDelivery {
                lane: other.lane,
                chat: other.chat,
                class: Class::Reply,
                person: Some(self.key.person),
                account: Some(other.account),
                body: Body::Send(Said { words: words.clone(), keyboard: None, picture: None }),
                edits: None,
                due: self.now,
                drop_after: None,
                dedupe: Some(format!("verified:{verification}:{}", other.account)),
                zone: None,
            })
            .collect();
        deliveries::put(db, &notices).await?;
        Ok(())
    }
}

//! `verification.start`: a call.
//!
//! The attempt is written and committed before the provider is called. Whoever runs the same call of a flow again, after
//! a crash or beside us, neither dials nor counts, and gives the same answer.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{
    CallKey, Code, Dialler, Outside, Phone, Policy, count, mac, note, phone_index, place,
    policy::{self, History, Verdict},
    prefix_index,
    provider::{About, Answer, Dialled, Order},
    reply, seq, speaker,
    store::{self, Claimed},
};
use crate::{
    acting::Error,
    flow::Reply,
    ids::{ChallengeId, VerificationId},
    message::Value,
    store::{begin, is_transient, people},
    territory,
};

const RELATIONS: [&str; 7] = ["self", "mother", "father", "grandparent", "aunt_uncle", "guardian", "other"];

/// Asks for a call.
///
/// # Errors
/// When the database fails, nobody has signed in, or the flow called wrongly. Nothing is dialled then that is not on record.
pub async fn start((phone, relation): (&str, &str), outside: &Outside, key: CallKey<'_>) -> Result<Reply, Error> {
    if !RELATIONS.contains(&relation) {
        return Err(Error::Argument("relation"));
    }
    let (dialler, policy) = (&outside.dialler, outside.policy.as_ref());
    let ask = Ask { relation, outside, dialler, policy, key, now: outside.clock.now() };
    match ask.intend(phone).await? {
        Intent::Answer(reply) => Ok(reply),
        Intent::Withhold(reply) => {
            dialler.pretend().await;
            Ok(reply)
        }
        Intent::Dial(call) => {
            let order = Order { phone: &call.phone, code: &call.code, idempotency: call.id.0 };
            let dialled = dialler.dial(order, &call.providers).await;
            ask.keep(&call, &dialled).await
        }
    }
}

struct Ask<'a> {
    relation: &'a str,
    outside: &'a Outside,
    dialler: &'a Dialler,
    policy: &'a Policy,
    key: CallKey<'a>,
    now: DateTime<Utc>,
}

/// What a call came to before anybody is called.
enum Intent<'a> {
    /// Nothing is to be dialled.
    Answer(Reply),
    /// Nothing is to be dialled, and nobody is to notice.
    Withhold(Reply),
    /// The attempt is on record: dial.
    Dial(Call<'a>),
}

struct Call<'a> {
    id: ChallengeId,
    verification: VerificationId,
    phone: Phone,
    code: Code,
    providers: Vec<&'a str>,
    /// What is answered unless every provider refuses.
    promise: Reply,
}

/// The blind indexes of a phone.
struct Marks {
    phone: [u8; 32],
    prefix: [u8; 32],
}

impl<'a> Ask<'a> {
    async fn intend(&self, phone: &str) -> Result<Intent<'a>, Error> {
        let mut db = begin(&self.outside.pool).await?;
        let (run, seq) = (self.key.run, seq(&self.key));
        let intent = match store::claim_reply(&mut db, run, seq, self.now).await? {
            Claimed::Answered(reply) => Intent::Answer(reply),
            Claimed::Unfinished { promise, .. } => {
                store::give_up(&mut db, run, seq).await?;
                let reply = promise.unwrap_or_else(|| Reply::plain("unavailable"));
                Intent::Answer(store::answer(&mut db, run, seq, &reply).await?)
            }
            Claimed::Fresh => self.judge(phone, &mut db).await?,
        };
        if let Intent::Answer(reply) | Intent::Withhold(reply) = &intent {
            store::answer(&mut db, run, seq, reply).await?;
        }
        if let Err(lost) = db.commit().await {
            let dials = match &intent {
                Intent::Dial(call) => self.stands(call).await?,
                Intent::Answer(_) | Intent::Withhold(_) => false,
            };
            if !dials {
                return Err(lost.into());
            }
        }
        Ok(intent)
    }

    /// Whether an attempt is on record although its commit gave no answer. Nobody else knows of it, so it was never dialled
    /// and waits for us, unless somebody has answered in our place by now.
    async fn stands(&self, call: &Call<'_>) -> Result<bool, Error> {
        if !matches!(self.progress().await?, Claimed::Unfinished { .. }) {
            return Ok(false);
        }
        let mut db = self.outside.pool.acquire().await?;
        Ok(store::attempt(&mut db, call.id, self.key.person).await?.is_some())
    }

    /// How far this call of the flow has come, read after a connection broke.
    async fn progress(&self) -> Result<Claimed, Error> {
        let mut db = begin(&self.outside.pool).await?;
        let claimed = store::claim_reply(&mut db, self.key.run, seq(&self.key), self.now).await?;
        db.rollback().await?;
        Ok(claimed)
    }

    async fn judge(&self, phone: &str, db: &mut PgConnection) -> Result<Intent<'a>, Error> {
        let person = self.key.person;
        if !people::load(&mut *db, &[person]).await?.iter().any(|row| row.record) {
            return Err(Error::Nobody);
        }
        let destinations = territory::destinations(&mut *db, person).await?;
        let Ok(phone) = Phone::read(phone, &destinations) else {
            return Ok(Intent::Answer(Reply::plain("refused")));
        };
        let vault = &self.outside.vault;
        let marks = Marks { phone: phone_index(vault, &phone), prefix: prefix_index(vault, &phone) };
        let speaker = speaker(person, self.key.account);
        store::lock(&mut *db, &[&marks.phone, &vault.blind("verification.speaker", speaker.as_bytes())]).await?;
        let zone = territory::zone(&mut *db, person).await?;
        if let Some(reply) = self.own_affairs(&mut *db, &marks, zone).await? {
            return Ok(Intent::Answer(reply));
        }
        let history = self.history(&mut *db, &marks).await?;
        let withheld = match policy::judge(self.policy, &history, self.now) {
            Verdict::Wait { until } => return Ok(Intent::Answer(self.wait(until))),
            Verdict::Limited { until } => return Ok(Intent::Answer(limited(until))),
            Verdict::Dial => false,
            Verdict::Withhold => true,
        };
        // What is so for everybody is said before what is so for this phone, or it would tell them apart.
        if self.dialler.names().is_empty() || !self.may_spend(&mut *db).await? {
            return Ok(Intent::Answer(Reply::plain("unavailable")));
        }
        self.enter(phone, marks, &history, withheld, db).await
    }

    /// What depends on the person alone: the number is proved already, was changed a while ago, or it is night where
    /// somebody else would be woken.
    async fn own_affairs(&self, db: &mut PgConnection, marks: &Marks, zone: Tz) -> Result<Option<Reply>, Error> {
        if let Some(verified) = store::verified(&mut *db, self.key.person).await? {
            if verified.phone_index == marks.phone {
                return Ok(Some(reply("already", [("phone", Value::Phone(verified.id))])));
            }
            if let Some(until) = change_allowed_at(db, self.policy, self.key, self.now).await? {
                return Ok(Some(limited(until)));
            }
        }
        // One's own phone in one's hand may be rung at any hour: the flow has asked.
        let night = self.relation != "self" && !self.policy.is_daytime(self.now, zone);
        Ok(night.then(|| limited(self.policy.next_morning(self.now, zone))))
    }

    async fn history(&self, db: &mut PgConnection, marks: &Marks) -> Result<History, Error> {
        let (speaker, since) = (speaker(self.key.person, self.key.account), self.now - self.policy.look_back());
        let calls = store::calls(&mut *db, speaker, &marks.phone, since).await?;
        let tries = store::tries(&mut *db, speaker, &marks.phone, since).await?;
        let prefix_closed = self.prefix_closed(db, marks).await?;
        Ok(History { phone: marks.phone.to_vec(), calls, tries, prefix_closed })
    }

    async fn prefix_closed(&self, db: &mut PgConnection, marks: &Marks) -> Result<bool, Error> {
        let since = self.now - self.policy.prefix_numbers.within;
        let prefix = store::prefix(&mut *db, &marks.prefix, since, self.now).await?;
        if prefix.closed || !policy::prefix_looks_guessed(self.policy, prefix.numbers, prefix.proved) {
            return Ok(prefix.closed);
        }
        store::close_prefix(db, &marks.prefix, self.now + self.policy.prefix_closed).await?;
        metrics::counter!("verification_alerts_total", "what" => "prefix").increment(1);
        tracing::warn!(numbers = prefix.numbers, proved = prefix.proved, "a prefix of phones looks guessed: closed");
        Ok(true)
    }

    /// The hard cap of 24 hours.
    async fn may_spend(&self, db: &mut PgConnection) -> Result<bool, Error> {
        Ok(self.spent(db).await? < self.policy.spend_per_day)
    }

    async fn spent(&self, db: &mut PgConnection) -> Result<i64, Error> {
        Ok(store::spent(db, self.now - TimeDelta::days(1)).await?)
    }

    /// Tells whoever watches when this call's cost took the day's spending over a mark.
    async fn watch_spending(&self, cost: i64, db: &mut PgConnection) -> Result<(), Error> {
        let after = self.spent(db).await?;
        for percent in policy::marks_passed(self.policy, after - cost, after) {
            metrics::counter!("verification_alerts_total", "what" => "spend").increment(1);
            tracing::warn!(percent, "the day's calls have cost this share of what they may");
        }
        Ok(())
    }

    /// Writes the attempt. From here on it counts, whatever happens.
    async fn enter(
        &self,
        phone: Phone,
        marks: Marks,
        history: &History,
        withheld: bool,
        db: &mut PgConnection,
    ) -> Result<Intent<'a>, Error> {
        let verification = self.open(&phone, &marks, &mut *db).await?;
        let (dice, vault) = (&self.outside.dice, &self.outside.vault);
        let (id, code) = (ChallengeId(dice.uuid(self.now)), Code::roll(dice));
        let providers = self.providers(&mut *db).await?;
        let ours = !withheld && providers.iter().any(|name| self.dialler.takes_our_code(name));
        let code_mac = ours.then(|| mac(vault, id, &code));
        let new = store::NewChallenge {
            id,
            verification,
            speaker: speaker(self.key.person, self.key.account),
            phone_index: &marks.phone,
            prefix_index: &marks.prefix,
            run: self.key.run,
            seq: seq(&self.key),
            withheld,
            code_mac: code_mac.as_ref().map(<[u8; 32]>::as_slice),
        };
        if !store::add_challenge(&mut *db, &new, self.now).await? {
            return Ok(Intent::Answer(self.wait(self.now + self.policy.cool_down[0])));
        }
        let promise = self.promise(id, verification, history);
        store::promise(&mut *db, self.key.run, new.seq, &promise).await?;
        let what = if withheld { "withheld" } else { "dialling" };
        note(db, what, &self.key, (Some(verification), Some(id)), self.now).await?;
        if withheld {
            return Ok(Intent::Withhold(promise));
        }
        Ok(Intent::Dial(Call { id, verification, phone, code, providers, promise }))
    }

    async fn open(&self, phone: &Phone, marks: &Marks, db: &mut PgConnection) -> Result<VerificationId, Error> {
        let id = VerificationId(self.outside.dice.uuid(self.now));
        let new = store::NewVerification {
            id,
            person: self.key.person,
            speaker: speaker(self.key.person, self.key.account),
            phone: self.outside.vault.seal(place(id.0.as_bytes()), phone.expose().as_bytes()),
            phone_index: &marks.phone,
            relation: self.relation,
        };
        Ok(store::open(db, &new, self.now).await?)
    }

    /// The providers in today's order: one of poor conversion goes behind the others.
    async fn providers(&self, db: &mut PgConnection) -> Result<Vec<&'a str>, Error> {
        let figures = store::conversion(db, self.now - self.policy.conversion_calls.within).await?;
        Ok(policy::order(self.policy, &self.dialler.names(), &figures))
    }

    /// The answer of a call that may ring: the same whether it does or is withheld.
    fn promise(&self, id: ChallengeId, verification: VerificationId, history: &History) -> Reply {
        let left = policy::judge_try(self.policy, &own(history), 0, self.now).room();
        let today = |call: &&store::Call| call.mine && !call.proved && call.at > self.now - TimeDelta::days(1);
        let failed = history.calls.iter().filter(today).filter(|call| call.phone == history.phone).count();
        let values = [
            ("attempt", Value::Text(id.to_string())),
            ("phone", Value::Phone(verification)),
            ("left", count(left)),
            ("failed_calls", count(failed)),
        ];
        reply("ok", values)
    }

    fn wait(&self, until: DateTime<Utc>) -> Reply {
        let left = until - self.now;
        let seconds = left.num_seconds() + i64::from(left.subsec_nanos() > 0);
        reply("wait", [("seconds", Value::Number(seconds.max(1)))])
    }

    /// What a provider answered is known to us alone, the digits perhaps among it: a connection that breaks just now must not
    /// cost the person a call that rang.
    async fn keep(&self, call: &Call<'_>, dialled: &Dialled) -> Result<Reply, Error> {
        match self.settle(call, dialled).await {
            Err(Error::Store(error)) if is_transient(&error) => {
                tracing::warn!(challenge = %call.id, "what came of a call is written down again: {error}");
            }
            end => return end,
        }
        match self.progress().await? {
            // It was written down, and only the answer to the commit was lost.
            Claimed::Answered(reply) => Ok(reply),
            Claimed::Unfinished { .. } | Claimed::Fresh => self.settle(call, dialled).await,
        }
    }

    /// Writes down what the ladder came to, and answers.
    async fn settle(&self, call: &Call<'_>, dialled: &Dialled) -> Result<Reply, Error> {
        let mut db = begin(&self.outside.pool).await?;
        let (state, answer) = match &dialled.answer {
            Answer::Started(_) => ("started", call.promise.clone()),
            Answer::Unanswered => ("unanswered", call.promise.clone()),
            Answer::Refused(About::Number) => ("refused", Reply::plain("refused")),
            Answer::Refused(_) => ("refused", Reply::plain("unavailable")),
        };
        let code_mac = self.code_that_rings(call, dialled).map(|code| mac(&self.outside.vault, call.id, code));
        let started = if let Answer::Started(started) = &dialled.answer { Some(started) } else { None };
        let settled = store::Settled {
            id: call.id,
            state,
            provider: dialled.provider,
            reference: started.and_then(|started| started.reference.as_deref()),
            code_mac: code_mac.as_ref().map(<[u8; 32]>::as_slice),
            cost: started.and_then(|started| started.cost).unwrap_or(0),
        };
        // Before the call's own row, as everybody takes the two: whoever runs this call again may be at it now.
        store::claim_reply(&mut db, self.key.run, seq(&self.key), self.now).await?;
        store::settle(&mut db, &settled).await?;
        if settled.cost > 0 {
            self.watch_spending(settled.cost, &mut db).await?;
        }
        note(&mut db, state, &self.key, (Some(call.verification), Some(call.id)), self.now).await?;
        let answer = store::answer(&mut db, self.key.run, seq(&self.key), &answer).await?;
        db.commit().await?;
        Ok(answer)
    }

    /// The digits that the person sees, if we know them: told by the provider, or ours where it may have rung with them.
    fn code_that_rings<'c>(&self, call: &'c Call<'_>, dialled: &'c Dialled) -> Option<&'c Code> {
        match &dialled.answer {
            Answer::Started(started) => started.code.as_ref(),
            Answer::Unanswered => dialled.provider.filter(|name| self.dialler.takes_our_code(name)).map(|_| &call.code),
            Answer::Refused(_) => None,
        }
    }
}

/// The tries that this account took itself: how many are left is told by one's own only.
fn own(history: &History) -> Vec<store::Try> {
    history.tries.iter().copied().filter(|t| t.mine).collect()
}

/// When the number may be changed again, if not now.
pub(super) async fn change_allowed_at(
    db: &mut PgConnection,
    policy: &Policy,
    key: CallKey<'_>,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Error> {
    let changes = store::changes(db, key.person, now - policy.changes.within).await?;
    Ok(changes.get(policy.changes.most.saturating_sub(1)).map(|at| *at + policy.changes.within))
}

fn limited(until: DateTime<Utc>) -> Reply {
    reply("limited", [("until", Value::Moment(until))])
}

//! Who takes part in a batch: what is new, who spoke, whose conversations are locked.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Error, Parts, Taken, talk::Talk};
use crate::{
    channel::{Group, Inbound, Speaker, What},
    ids::{AccountId, PersonId},
    seal::Vault,
    store::{
        accounts::{self, Account, NewAccount},
        conversations::{self, Held},
        faces, inbox, signals, timers,
    },
};

/// What orders inbounds: two of one key never act at the same time, and act in the order they came in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A platform's chat or user, at one bot of ours.
    Chat(String, String),
    /// A person.
    Person(PersonId),
}

impl Key {
    /// The key of an inbound; none if nothing depends on its order.
    #[must_use]
    pub fn of(inbound: &Inbound) -> Option<Self> {
        match &inbound.what {
            What::Heard { from, .. } | What::Hasty { from, .. } | What::Reach { from, .. } => {
                Some(Self::Chat(from.lane.0.clone(), from.user.clone()))
            }
            What::Group(Group { lane, chat, .. }) => Some(Self::Chat(lane.0.clone(), chat.clone())),
            What::Due { person, .. } | What::Returned { person, .. } | What::Signalled { person, .. } => {
                Some(Self::Person(*person))
            }
            What::Nothing => None,
        }
    }
}

/// The people of a batch.
pub(super) struct Cast {
    /// What becomes of each inbound.
    pub verdicts: Vec<Taken>,
    /// The account that each inbound came from or is answered to, and is about.
    pub accounts: Vec<Option<Account>>,
    /// The locked conversations that are open.
    pub talks: HashMap<PersonId, Talk>,
    /// Of each fired timer: what it says waits for waking hours.
    pub gentle: Vec<bool>,
}

/// Decides what of a batch acts now, and locks what it acts on.
pub(super) async fn gather(
    db: &mut PgConnection,
    parts: &Parts,
    batch: &[Inbound],
    held: Held,
    now: DateTime<Utc>,
) -> Result<Cast, Error> {
    let mut cast = Cast {
        verdicts: one_per_key(batch),
        accounts: vec![None; batch.len()],
        talks: HashMap::new(),
        gentle: vec![false; batch.len()],
    };
    cast.admit(db, batch).await?;
    cast.find_accounts(db, parts, batch, now).await?;
    let people = cast.lock(db, batch, held, now).await?;
    cast.fire(db, batch, now).await?;
    cast.hold_signals(db, batch).await?;
    cast.find_ways(db, batch).await?;
    cast.withdraw(db, batch).await?;
    cast.open(db, parts, people).await?;
    Ok(cast)
}

fn one_per_key(batch: &[Inbound]) -> Vec<Taken> {
    let mut keys = HashSet::new();
    let first = |inbound| Key::of(inbound).is_none_or(|key| keys.insert(key));
    batch.iter().map(first).map(|first| if first { Taken::Done } else { Taken::Later }).collect()
}

fn inbox_key(inbound: &Inbound) -> Option<inbox::Key> {
    // A timer or a signal acts once because its row goes away in the same transaction.
    let keyed = !matches!(inbound.what, What::Due { .. } | What::Signalled { .. });
    keyed.then(|| inbox::Key { source: inbound.source.clone(), id: inbound.id.clone() })
}

/// The name of the timer that an inbound is, if it is one.
pub(super) fn timer_name(inbound: &Inbound) -> Option<timers::Name> {
    let What::Due { person, run, wait, alarm } = &inbound.what else { return None };
    let alarm = serde_json::to_string(alarm).ok()?;
    Some(timers::Name { person: *person, run: run.clone(), wait: i32::try_from(*wait).ok()?, alarm })
}

fn speaker(inbound: &Inbound) -> Option<&Speaker> {
    match &inbound.what {
        What::Heard { from, .. } | What::Hasty { from, .. } | What::Reach { from, .. } => Some(from),
        _ => None,
    }
}

impl Cast {
    /// The places of the inbounds that act, as things stand.
    fn acting<'b>(&self, batch: &'b [Inbound]) -> impl Iterator<Item = (usize, &'b Inbound)> + use<'b> {
        let acting: Vec<bool> = self.verdicts.iter().map(|verdict| *verdict == Taken::Done).collect();
        batch.iter().enumerate().filter(move |(place, _)| acting[*place])
    }

    async fn admit(&mut self, db: &mut PgConnection, batch: &[Inbound]) -> sqlx::Result<()> {
        let keys: Vec<_> = self.acting(batch).filter_map(|(_, inbound)| inbox_key(inbound)).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let mut new: HashSet<_> = inbox::admit(db, &keys).await?.into_iter().collect();
        for (place, inbound) in self.acting(batch) {
            if inbox_key(inbound).is_some_and(|key| !new.remove(&key)) {
                self.verdicts[place] = Taken::Seen;
            }
        }
        Ok(())
    }

    async fn find_accounts(
        &mut self,
        db: &mut PgConnection,
        parts: &Parts,
        batch: &[Inbound],
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        let speakers: Vec<_> =
            self.acting(batch).filter_map(|(place, inbound)| Some((place, speaker(inbound)?))).collect();
        if !speakers.is_empty() {
            self.match_speakers(db, &speakers).await?;
            let mut new: Vec<_> = speakers
                .iter()
                .filter(|(place, _)| self.accounts[*place].is_none())
                .map(|(_, from)| unknown(parts, from, now))
                .collect();
            if !new.is_empty() {
                accounts::open(&mut *db, &mut new, now).await?;
                self.match_speakers(db, &speakers).await?;
            }
        }
        Ok(())
    }

    async fn match_speakers(&mut self, db: &mut PgConnection, speakers: &[(usize, &Speaker)]) -> sqlx::Result<()> {
        let (lanes, users): (Vec<_>, Vec<_>) =
            speakers.iter().map(|(_, from)| (from.lane.0.clone(), from.user.clone())).unzip();
        let known: HashMap<_, _> = accounts::find(db, &lanes, &users)
            .await?
            .into_iter()
            .map(|account| ((account.lane.0.clone(), account.external.clone()), account))
            .collect();
        for (place, from) in speakers {
            self.accounts[*place] = known.get(&(from.lane.0.clone(), from.user.clone())).cloned();
        }
        Ok(())
    }

    /// Locks the conversations of everybody concerned: of an account, all its profiles, since a turn may switch between them.
    async fn lock(
        &mut self,
        db: &mut PgConnection,
        batch: &[Inbound],
        held: Held,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Vec<conversations::Locked>> {
        let ids: Vec<AccountId> = self.accounts.iter().flatten().map(|account| account.id).collect();
        let mut profiles: HashMap<AccountId, BTreeSet<PersonId>> = HashMap::new();
        if !ids.is_empty() {
            for (account, person) in accounts::profiles(&mut *db, &ids).await? {
                profiles.entry(account).or_default().insert(person);
            }
        }
        let mut wanted: HashMap<usize, BTreeSet<PersonId>> = HashMap::new();
        let mut all = BTreeSet::new();
        for (place, inbound) in self.acting(batch) {
            let people = match (&inbound.what, &self.accounts[place]) {
                (What::Heard { .. }, Some(account)) => {
                    let mut people = profiles.remove(&account.id).unwrap_or_default();
                    people.insert(account.person);
                    people
                }
                (What::Due { person, .. } | What::Returned { person, .. } | What::Signalled { person, .. }, _) => {
                    BTreeSet::from([*person])
                }
                _ => continue,
            };
            if people.is_disjoint(&all) {
                all.extend(people.iter().copied());
                wanted.insert(place, people);
            } else {
                self.verdicts[place] = Taken::Later;
            }
        }
        let all: Vec<_> = all.into_iter().collect();
        let locked = if all.is_empty() { Vec::new() } else { conversations::lock(&mut *db, &all, held).await? };
        let got: BTreeSet<_> = locked.iter().map(|l| l.person).collect();
        for (place, people) in &wanted {
            if !people.is_subset(&got) {
                self.verdicts[*place] = Taken::Later;
            }
        }
        self.touch(db, batch, &wanted, now).await?;
        Ok(locked)
    }

    /// Notes who spoke. A current profile that changed while we waited for the lock sends its inbound round again.
    async fn touch(
        &mut self,
        db: &mut PgConnection,
        batch: &[Inbound],
        wanted: &HashMap<usize, BTreeSet<PersonId>>,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        let mut seen: Vec<_> = self
            .acting(batch)
            .filter_map(|(place, inbound)| match (&inbound.what, &self.accounts[place]) {
                (What::Heard { from, .. }, Some(account)) => Some(accounts::Seen {
                    id: account.id,
                    chat: from.chat.clone(),
                    lang: from.lang.clone(),
                    client: from.client.clone(),
                }),
                _ => None,
            })
            .collect();
        if seen.is_empty() {
            return Ok(());
        }
        seen.sort_by_key(|s| s.id);
        let current: HashMap<_, _> = accounts::touch(db, &seen, now).await?.into_iter().collect();
        for (place, inbound) in self.acting(batch) {
            let (What::Heard { from, .. }, Some(account)) = (&inbound.what, &mut self.accounts[place]) else {
                continue;
            };
            account.chat.clone_from(&from.chat);
            account.reachable = true;
            account.lang = from.lang.clone().or(account.lang.take());
            if let Some(person) = current.get(&account.id) {
                account.person = *person;
            }
            if !wanted.get(&place).is_some_and(|people| people.contains(&account.person)) {
                self.verdicts[place] = Taken::Later;
            }
        }
        Ok(())
    }

    /// Takes the timers out that fire. One that is gone has fired, was disarmed, or moved to another person.
    async fn fire(&mut self, db: &mut PgConnection, batch: &[Inbound], now: DateTime<Utc>) -> sqlx::Result<()> {
        let names: Vec<_> =
            self.acting(batch).filter_map(|(place, inbound)| Some((place, timer_name(inbound)?))).collect();
        if names.is_empty() {
            return Ok(());
        }
        let all: Vec<_> = names.iter().map(|(_, name)| name.clone()).collect();
        let fired: HashMap<_, _> = timers::take(db, &all, now).await?.into_iter().collect();
        for (place, name) in names {
            match fired.get(&name) {
                Some(gentle) => self.gentle[place] = *gentle,
                None => self.verdicts[place] = Taken::Seen,
            }
        }
        Ok(())
    }

    /// Holds the signals that are brought. One that is gone has been brought.
    async fn hold_signals(&mut self, db: &mut PgConnection, batch: &[Inbound]) -> sqlx::Result<()> {
        let signal = |(place, inbound): (usize, &Inbound)| {
            let What::Signalled { id, person, .. } = &inbound.what else { return None };
            Some((place, (*id, *person)))
        };
        let (places, wanted): (Vec<_>, Vec<_>) = self.acting(batch).filter_map(signal).unzip();
        if wanted.is_empty() {
            return Ok(());
        }
        let held: HashSet<_> = signals::hold(db, &wanted).await?.into_iter().collect();
        for (place, (id, _)) in places.into_iter().zip(wanted) {
            if !held.contains(&id) {
                self.verdicts[place] = Taken::Seen;
            }
        }
        Ok(())
    }

    /// Finds where to write to people who did not speak just now: a call's own account, else the preferred one.
    async fn find_ways(&mut self, db: &mut PgConnection, batch: &[Inbound]) -> sqlx::Result<()> {
        let mut own: HashMap<usize, AccountId> = HashMap::new();
        let mut people: HashMap<usize, PersonId> = HashMap::new();
        for (place, inbound) in self.acting(batch) {
            match &inbound.what {
                What::Due { person, .. } | What::Signalled { person, .. } => drop(people.insert(place, *person)),
                What::Returned { person, account, .. } => {
                    people.insert(place, *person);
                    own.extend(account.map(|account| (place, account)));
                }
                _ => {}
            }
        }
        if people.is_empty() {
            return Ok(());
        }
        let asked: Vec<_> = people.values().copied().collect();
        let preferred: HashMap<PersonId, AccountId> =
            accounts::preferred(&mut *db, &asked).await?.into_iter().collect();
        let ids: Vec<_> = own.values().chain(preferred.values()).copied().collect();
        let known: HashMap<_, _> = accounts::load(db, &ids).await?.into_iter().map(|a| (a.id, a)).collect();
        for (place, person) in people {
            let spoke = own.get(&place).and_then(|id| known.get(id)).filter(|account| account.reachable);
            self.accounts[place] = spoke.or_else(|| known.get(preferred.get(&person)?)).cloned();
        }
        Ok(())
    }

    async fn withdraw(&self, db: &mut PgConnection, batch: &[Inbound]) -> sqlx::Result<()> {
        // Of two inbounds of one key only the first was ever admitted, and its own key says which.
        let admitted = one_per_key(batch);
        let back: Vec<_> = batch
            .iter()
            .enumerate()
            .filter(|(place, _)| admitted[*place] == Taken::Done && self.verdicts[*place] == Taken::Later)
            .filter_map(|(_, inbound)| inbox_key(inbound))
            .collect();
        if back.is_empty() { Ok(()) } else { inbox::withdraw(db, &back).await }
    }

    async fn open(
        &mut self,
        db: &mut PgConnection,
        parts: &Parts,
        locked: Vec<conversations::Locked>,
    ) -> sqlx::Result<()> {
        let people: Vec<_> = locked.iter().map(|l| l.person).filter(|p| !self.talks.contains_key(p)).collect();
        if people.is_empty() {
            return Ok(());
        }
        let mut faces: HashMap<_, _> = faces::load(db, &people).await?.into_iter().map(|f| (f.person, f)).collect();
        for row in &locked {
            if let Some(face) = faces.remove(&row.person) {
                self.talks.insert(row.person, Talk::open(&parts.vault, row, face));
            }
        }
        Ok(())
    }

    /// Brings one more person in: a run moves into that conversation.
    pub async fn bring(
        &mut self,
        db: &mut PgConnection,
        parts: &Parts,
        person: PersonId,
        held: Held,
    ) -> Result<&mut Talk, Error> {
        if !self.talks.contains_key(&person) {
            let locked = conversations::lock(&mut *db, &[person], held).await?;
            self.open(db, parts, locked).await?;
        } else {
            // The action may just have made a record of a provisional person, or changed how it is spoken to.
            let face = faces::load(db, &[person]).await?.pop();
            if let (Some(face), Some(talk)) = (face, self.talks.get_mut(&person)) {
                talk.face = face;
            }
        }
        self.talks.get_mut(&person).ok_or(Error::Held)
    }

    /// Keeps the conversations that moved on.
    pub async fn save(&self, db: &mut PgConnection, vault: &Vault, now: DateTime<Utc>) -> Result<(), Error> {
        let mut states = Vec::new();
        for (person, talk) in self.talks.iter().filter(|(_, talk)| talk.changed) {
            states.push((*person, talk.seal(vault)));
        }
        if !states.is_empty() {
            conversations::save(db, &states, now).await?;
        }
        Ok(())
    }
}

fn unknown(parts: &Parts, from: &Speaker, now: DateTime<Utc>) -> NewAccount {
    NewAccount {
        id: AccountId(parts.dice.uuid(now)),
        person: PersonId(parts.dice.uuid(now)),
        channel: from.channel.as_str(),
        lane: from.lane.clone(),
        external: from.user.clone(),
        chat: from.chat.clone(),
    }
}

//! One turn: an inbound becomes an input, the step's effects become rows.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{Error, Parts, cast::Cast, group, haste, manners, writes::Writes};
use crate::{
    acting::{Acted, Acting},
    calendar::waking,
    channel::{Channel, Heard, Inbound, Press, What},
    flow::{self, About, Effect, Env, Input, Names, Program, action::Kind},
    ids::{AccountId, LaneId, PersonId},
    locale::Tone,
    message::{Args, Said, Value, Words},
    people::Profile,
    programme,
    seal::Place,
    signal,
    store::{
        accounts::{self, Account},
        answers::{self, Answer},
        calls::Call,
        conversations::Held,
        deliveries::{self, Body, Class, NewDelivery},
        people, signals as store_signals,
        timers::{self, Name, Timer},
    },
};

/// More actions than any flow asks for between two questions.
const MOST_ACTIONS: usize = 64;
/// What was armed for so long is not an answer to somebody's own act any more.
const GENTLE_FROM: TimeDelta = TimeDelta::hours(1);

/// Where turns are played.
pub(super) struct Scene<'s> {
    pub parts: &'s Parts,
    pub db: &'s mut PgConnection,
    pub cast: &'s mut Cast,
    pub writes: &'s mut Writes,
    pub held: Held,
    pub now: DateTime<Utc>,
}

/// How what is said in a turn goes out.
struct Voice {
    /// To whom; nobody, if there is no way to write to this person.
    to: Option<Account>,
    /// The account that spoke.
    spoke: Option<AccountId>,
    class: Class,
    /// Whether it waits for waking hours.
    gentle: bool,
    /// The press that wants an answer.
    press: Option<(Channel, Press)>,
}

impl Scene<'_> {
    /// Plays one inbound of a batch.
    pub async fn play(&mut self, place: usize, inbound: &Inbound) -> Result<(), Error> {
        match &inbound.what {
            What::Heard { .. } | What::Due { .. } | What::Returned { .. } | What::Signalled { .. } => {
                match self.part(place, inbound).await? {
                    Some((person, input, voice)) => self.speak(person, input, voice).await,
                    None => Ok(()),
                }
            }
            What::Hasty { from, press } => {
                if let Some(account) = &self.cast.accounts[place] {
                    haste::hold_back(self.writes, account, from.channel, press.as_ref(), self.now);
                }
                Ok(())
            }
            What::Reach { from, open } => self.reach(self.cast.accounts[place].clone(), &from.lane, *open).await,
            What::Group(event) => {
                group::act(self.db, self.writes, &self.parts.vault, event, self.now).await.map_err(Error::from)
            }
            What::Nothing => Ok(()),
        }
    }

    /// In place of a turn that can never succeed: whoever it was for is told, and whatever comes next begins anew.
    pub async fn begin_anew(&mut self, place: usize, inbound: &Inbound, why: &Error) -> Result<(), Error> {
        let part = self.part(place, inbound).await?;
        let person = part.as_ref().map(|(person, ..)| tracing::field::display(person));
        tracing::error!(
            lane.id = inbound.source,
            update.id = inbound.id,
            person,
            "a turn can't be played and is left out: {why}"
        );
        let Some((person, _, mut voice)) = part else { return Ok(()) };
        if let Some(talk) = self.cast.talks.get_mut(&person) {
            talk.state = flow::State::default();
            talk.changed = true;
        }
        timers::clear(self.db, person).await?;
        let said = Said { words: Words::plain("global-restarted"), keyboard: None, picture: None };
        self.say(person, &voice, Body::Send(said));
        self.answer(person, &mut voice, None);
        Ok(())
    }

    /// Whose conversation an inbound moves on, with what, and how it answers.
    async fn part(&mut self, place: usize, inbound: &Inbound) -> Result<Option<(PersonId, Input, Voice)>, Error> {
        let to = self.cast.accounts[place].clone();
        Ok(match &inbound.what {
            What::Heard { from, heard, press } => {
                let Some(account) = to else { return Ok(None) };
                let press = press.clone().map(|press| (from.channel, press));
                let (person, spoke) = (self.whose(&account, heard).await?, Some(account.id));
                let voice = Voice { to: Some(account), spoke, class: Class::Reply, gentle: false, press };
                Some((person, input(heard, person), voice))
            }
            What::Due { person, run, wait, alarm } => {
                let input = Input::Timer { run: run.clone(), wait: *wait, alarm: *alarm };
                let gentle = self.cast.gentle[place];
                Some((*person, input, Voice { to, spoke: None, class: Class::Reminder, gentle, press: None }))
            }
            What::Returned { person, account, run, seq, reply } => {
                self.writes.returned.push((run.clone(), i32::try_from(*seq).unwrap_or(i32::MAX)));
                let input = Input::Returned { run: run.clone(), seq: *seq, reply: reply.clone() };
                let voice = Voice { to, spoke: *account, class: Class::Reply, gentle: false, press: None };
                Some((*person, input, voice))
            }
            What::Signalled { id, person, signal, about, brings } => {
                self.writes.brought.push(*id);
                let values = signal::open(&self.parts.vault, *id, brings).unwrap_or_else(|| {
                    tracing::error!(person = %person, signal, "what a signal brings does not open");
                    Args::new()
                });
                let input = Input::Signal { signal: signal.clone(), about: about.clone(), values };
                // Nobody's own act: what follows is said by day.
                let voice = Voice { to, spoke: None, class: Class::Reminder, gentle: true, press: None };
                Some((*person, input, voice))
            }
            What::Hasty { .. } | What::Reach { .. } | What::Group(_) | What::Nothing => None,
        })
    }

    /// Whose turn it is: the current profile's, or that of the one whom this button's message was about. In a shared chat every
    /// question says whom it is about, and whoever presses its button means that one; so do the words that follow.
    async fn whose(&mut self, account: &Account, heard: &Heard) -> Result<PersonId, Error> {
        let Heard::Press { token } = heard else { return Ok(account.person) };
        let entry = flow::entry::parse(token);
        let asks = |person: &PersonId| match &entry {
            Some(entry) => entry.is_for(*person),
            None => self.cast.talks.get(person).is_some_and(|talk| talk.state.asks(token)),
        };
        if asks(&account.person) {
            return Ok(account.person);
        }
        let profiles = accounts::profiles(&mut *self.db, &[account.id]).await?;
        let Some((_, other)) = profiles.into_iter().find(|(_, person)| asks(person)) else { return Ok(account.person) };
        people::speak_for(&mut *self.db, account.id, other, self.now).await?;
        Ok(other)
    }

    async fn reach(&mut self, account: Option<Account>, lane: &LaneId, open: bool) -> Result<(), Error> {
        let Some(account) = account else { return Ok(()) };
        self.writes.reach.push((account.id, open));
        if !open {
            deliveries::fail_chats(self.db, lane, &[account.chat], "blocked").await?;
        }
        Ok(())
    }

    /// Steps a conversation until it waits, and carries out what the steps want.
    async fn speak(&mut self, person: PersonId, input: Input, mut voice: Voice) -> Result<(), Error> {
        let needs = self.cast.talks.get(&person).map(|talk| talk.state.needs()).unwrap_or_default();
        let mut program = self.parts.program.knowing(self.db, &needs).await?;
        let mut person = person;
        let mut inputs = VecDeque::from([input]);
        let mut toast = None;
        for _ in 0..MOST_ACTIONS {
            let Some(input) = inputs.pop_front() else {
                self.answer(person, &mut voice, toast);
                return Ok(());
            };
            for effect in self.step(&program, person, input, &voice) {
                match effect {
                    Effect::Call { run, seq, action, args } if action.signature().kind != Kind::Outside => {
                        let acted = self.act(&program, action, &args, person, &voice).await?;
                        if let Some(to) = acted.moved_to.filter(|to| *to != person) {
                            self.move_run(&program, &run, person, to).await?;
                            let needs = self.cast.talks.get(&to).map(|talk| talk.state.needs()).unwrap_or_default();
                            program = self.parts.program.knowing(self.db, &needs).await?;
                            person = to;
                        } else if action.signature().kind == Kind::Write {
                            // The language may be another one now, or «ты» may have become «вы».
                            self.cast.bring(self.db, self.parts, person, self.held).await?;
                        }
                        inputs.push_back(Input::Returned { run, seq, reply: acted.reply });
                    }
                    Effect::Call { run, seq, action, args } => self.call(person, &voice, run, seq, action, &args)?,
                    Effect::Toast(words) if voice.press.is_some() => toast = Some(words),
                    // A button that came as a text has no toast: it is a message, before the question that follows.
                    Effect::Toast(words) => {
                        self.say(person, &voice, Body::Send(Said { words, keyboard: None, picture: None }))
                    }
                    other => self.apply(person, &voice, other)?,
                }
            }
        }
        Err(Error::Endless(MOST_ACTIONS))
    }

    fn step(&mut self, program: &Program, person: PersonId, input: Input, voice: &Voice) -> Vec<Effect> {
        let names = if let Input::Text(_) = &input { self.names(person) } else { Names::default() };
        let Some(talk) = self.cast.talks.get_mut(&person) else { return Vec::new() };
        let lang = manners::lang(
            program.locales(),
            [talk.face.lang.as_deref(), voice.to.as_ref().and_then(|account| account.lang.as_deref())],
        );
        let about = About { lang, tone: Tone { adult: talk.face.adult, plain: talk.face.plain } };
        let seed = u64::from_le_bytes(self.parts.dice.bytes());
        let env = Env { now: self.now, seed, about: &about, names: &names };
        let turn = flow::step(program, std::mem::take(&mut talk.state), input, &env);
        for trace in &turn.trace {
            match trace {
                flow::step::Trace::Entered { .. } => {}
                flow::step::Trace::Unheard { .. } => self.writes.unheard(),
                flow::step::Trace::Refused { forged } => {
                    let kind = if *forged { "forged" } else { "old" };
                    metrics::counter!("stale_buttons_total", "kind" => kind).increment(1);
                    tracing::debug!(person = %person, kind, "a button was refused");
                }
                other => tracing::debug!(person = %person, "{other:?}"),
            }
        }
        talk.state = turn.state;
        talk.changed = true;
        turn.effects
    }

    /// The names that the current question offers: those of people who share this account, and whose conversations are
    /// therefore at hand.
    fn names(&self, person: PersonId) -> Names {
        let offers = self.cast.talks.get(&person).into_iter().flat_map(|talk| talk.state.offers());
        offers.filter_map(|label| Some((label.clone(), self.name(label)?))).collect()
    }

    fn name(&self, label: &Value) -> Option<String> {
        let (Value::FirstName(id) | Value::ShortName(id)) = label else { return None };
        let sealed = self.cast.talks.get(id)?.face.profile.as_ref()?;
        // One that does not open is reported by the lane, which can't show it either.
        let profile = Profile::open(&self.parts.vault, *id, sealed).ok()?;
        Some(if matches!(label, Value::FirstName(_)) { profile.first } else { profile.short_name() })
    }

    async fn act(
        &mut self,
        program: &Program,
        action: flow::Action,
        args: &Args,
        person: PersonId,
        voice: &Voice,
    ) -> Result<Acted, Error> {
        let mut acting = Acting {
            db: &mut *self.db,
            vault: &self.parts.vault,
            dice: &self.parts.dice,
            policy: &self.parts.policy,
            seasons: program.seasons(),
            now: self.now,
            person,
            account: voice.spoke,
            pages: self.parts.pages,
        };
        Ok(programme::act(action, args, &mut acting).await?)
    }

    /// The newest run goes on in another person's conversation. What a provisional person leaves behind is cleared.
    async fn move_run(&mut self, program: &Program, run: &str, from: PersonId, to: PersonId) -> Result<(), Error> {
        self.cast.bring(self.db, self.parts, to, self.held).await?;
        let Some(left) = self.cast.talks.get_mut(&from) else { return Ok(()) };
        let moving = left.state.part();
        let provisional = left.face.provisional;
        if provisional {
            left.state = flow::State::default();
        }
        if let (Some(moving), Some(talk)) = (moving, self.cast.talks.get_mut(&to)) {
            talk.state.join(moving, &program.global().start);
            talk.changed = true;
        }
        timers::rekey(self.db, run, from, to).await?;
        answers::rekey(self.db, run, from, to).await?;
        self.writes.rekey(run, from, to);
        if provisional {
            timers::clear(self.db, from).await?;
            store_signals::rekey(self.db, from, to).await?;
            self.writes.clear(from);
        }
        Ok(())
    }

    fn call(
        &mut self,
        person: PersonId,
        voice: &Voice,
        run: String,
        seq: u32,
        action: flow::Action,
        args: &Args,
    ) -> Result<(), Error> {
        let seq = i32::try_from(seq).unwrap_or(i32::MAX);
        let plain = serde_json::to_vec(args)?;
        let args = self.parts.vault.seal(call_place(format!("{run}:{seq}").as_bytes()), &plain);
        let action = action.signature().name.to_owned();
        self.writes.calls.push(Call { person, account: voice.spoke, run, seq, action, args, tries: 0 });
        Ok(())
    }

    fn apply(&mut self, person: PersonId, voice: &Voice, effect: Effect) -> Result<(), Error> {
        match effect {
            Effect::Send { said, .. } => self.say(person, voice, Body::Send(said)),
            Effect::Edit { said, .. } => {
                let message = voice.press.as_ref().and_then(|(_, press)| press.message.clone());
                let body = match message {
                    Some(message) => Body::Rewrite { message, said },
                    None => Body::Send(said),
                };
                self.say(person, voice, body);
            }
            Effect::Arm { run, wait, alarm, at, gentle } => {
                let wait = i32::try_from(wait).unwrap_or(i32::MAX);
                let name = Name { person, run, wait, alarm: serde_json::to_string(&alarm)? };
                let due = if gentle { waking(at, self.zone(person)) } else { at };
                self.writes.arm(Timer { name, due, gentle: gentle || at - self.now >= GENTLE_FROM });
            }
            Effect::Disarm { run, wait } => {
                self.writes.disarm(person, run, wait.map(|wait| i32::try_from(wait).unwrap_or(i32::MAX)));
            }
            Effect::End { flow, outcome } => {
                metrics::counter!("flow_ends_total", "flow" => flow, "outcome" => outcome).increment(1);
            }
            Effect::Answer { run, flow, question, value } => {
                let row = format!("{run}:{flow}:{question}");
                let place = Place { table: "answer", column: "value", row: row.as_bytes() };
                let value = value.map(|value| serde_json::to_vec(&value)).transpose()?;
                let value = value.map(|plain| self.parts.vault.seal(place, &plain));
                self.writes.keep(Answer { person, run, flow, question, value, at: self.now });
            }
            Effect::Complete { run, flow } => self.writes.complete.push((person, run, flow)),
            Effect::Listen { signal } => self.writes.listens.push((person, signal)),
            Effect::Toast(_) | Effect::Call { .. } => {}
        }
        Ok(())
    }

    fn say(&mut self, person: PersonId, voice: &Voice, body: Body) {
        let Some(to) = &voice.to else {
            tracing::info!(person = %person, "nothing is said: no account of this person can be written to");
            return;
        };
        let zone = voice.gentle.then(|| self.zone(person));
        let due = zone.map_or(self.now, |zone| waking(self.now, zone));
        self.writes.deliveries.push(NewDelivery {
            lane: to.lane.clone(),
            chat: to.chat.clone(),
            class: voice.class,
            person: Some(person),
            account: Some(to.id),
            body,
            edits: None,
            due,
            drop_after: None,
            dedupe: None,
            zone: zone.map(|zone| zone.name().to_owned()),
        });
    }

    /// Every press gets an answer, silent if there is nothing to say.
    fn answer(&mut self, person: PersonId, voice: &mut Voice, words: Option<Words>) {
        let (Some((channel, press)), Some(to)) = (voice.press.take(), &voice.to) else { return };
        self.writes.deliveries.push(NewDelivery {
            person: Some(person),
            account: Some(to.id),
            ..answer(&to.lane, channel, press, words, self.now)
        });
    }

    fn zone(&self, person: PersonId) -> chrono_tz::Tz {
        manners::zone(self.cast.talks.get(&person).and_then(|talk| talk.face.zone.as_deref()))
    }
}

/// The answer to a press: worth nothing once the platform has stopped waiting for it.
pub(super) fn answer(
    lane: &LaneId,
    channel: Channel,
    press: Press,
    words: Option<Words>,
    now: DateTime<Utc>,
) -> NewDelivery {
    NewDelivery {
        lane: lane.clone(),
        chat: press.chat.clone(),
        class: Class::Reply,
        person: None,
        account: None,
        body: Body::Answer { press, words },
        edits: None,
        due: now,
        drop_after: Some(match channel {
            Channel::Telegram => 150.0,
            Channel::Vk => 60.0,
        }),
        dedupe: None,
        zone: None,
    }
}

/// Where a call's arguments are sealed.
pub(crate) fn call_place(key: &[u8]) -> Place<'_> {
    Place { table: "outside_call", column: "args", row: key }
}

/// What was heard, as an input of this person's conversation.
fn input(heard: &Heard, person: PersonId) -> Input {
    match heard {
        // About somebody whom this account does not hold any more: nobody else is meant, so it is an old button.
        Heard::Press { token } if flow::entry::parse(token).is_some_and(|entry| entry.is_for_another(person)) => {
            Input::Button { token: String::new() }
        }
        Heard::Start { payload } => Input::Start { payload: payload.clone() },
        Heard::Text(text) => Input::Text(text.clone()),
        Heard::Press { token } => Input::Button { token: token.clone() },
        Heard::Contact { phone, name, own } => Input::Contact { phone: phone.clone(), name: name.clone(), own: *own },
        Heard::Photo => Input::Attachment { kind: "photo".to_owned() },
        Heard::File => Input::Attachment { kind: "file".to_owned() },
        Heard::Unsupported { kind } => Input::Unsupported { kind: kind.clone() },
    }
}

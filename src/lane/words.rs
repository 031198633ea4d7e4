//! From what was decided to what is read: keys and ids become words in the reader's language, just before sending.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::Settings;
use crate::{
    acting, broadcast,
    channel::{Channel, Client, Press, marks},
    flow::{Program, entry},
    ids::{AccountId, BroadcastId, CodeId, LaneId, PersonId, RequestId, TerritoryId, VerificationId},
    locale::{self, Tone},
    message::{App, Args, Button, Keyboard, Message, Picture, Said, SaidKeyboard, SaidPicture, Value, Words},
    once,
    people::{Profile, codes, roles::proposals},
    store::{
        accounts, consents,
        deliveries::{Body, Claimed, Class},
        faces::{self, Face},
        notices, pictures,
    },
    support, territory,
    turn::{self, Parts},
    verification,
};

/// A delivery in words.
#[derive(Clone, Debug)]
pub(super) enum Written {
    /// A message of its own.
    Send(Message, Client),
    /// Another text in place of an earlier one.
    Edit(String, Message, Client),
    /// The same, or a message of its own where the earlier one can't be changed any more.
    Rewrite(String, Message, Client),
    /// An earlier one goes away.
    Delete(String),
    /// The answer to a press.
    Answer(Press, Option<String>),
}

/// Why a delivery can't be put into words; it fails, and loudly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("its body is not understood")]
    Body,
    #[error("there is no text `{0}`")]
    Text(String),
    #[error("its original was never sent")]
    Original,
    #[error("person {0} has no name")]
    Name(PersonId),
    #[error("verification {0} has no phone")]
    Phone(VerificationId),
    #[error("broadcast {0} has no text")]
    Letter(BroadcastId),
    #[error("territory {0} has no contacts")]
    Contacts(TerritoryId),
}

/// Everything that the words of a batch of deliveries need, loaded at once.
pub(super) struct Book {
    now: DateTime<Utc>,
    faces: HashMap<PersonId, Face>,
    readers: HashMap<AccountId, accounts::Reader>,
    names: HashMap<PersonId, Profile>,
    phones: BTreeMap<VerificationId, String>,
    codes: BTreeMap<CodeId, String>,
    pages: BTreeMap<CodeId, String>,
    requests: BTreeMap<RequestId, String>,
    letters: BTreeMap<BroadcastId, Option<String>>,
    contacts: BTreeMap<TerritoryId, String>,
    remarks: BTreeMap<RequestId, String>,
    /// How the messenger knows a picture, by file and language.
    handles: HashMap<(String, String), String>,
    void: HashSet<String>,
    /// To whom nobody writes first.
    silenced: HashSet<PersonId>,
}

/// Reads the bodies of claimed deliveries.
pub(super) fn read(claimed: &[Claimed]) -> Vec<Option<Body>> {
    claimed.iter().map(|delivery| serde_json::from_value(delivery.body.clone()).ok()).collect()
}

/// Loads what these deliveries mention.
pub(super) async fn load(
    db: &mut PgConnection,
    parts: &Parts,
    (program, lane): (&Program, &LaneId),
    claimed: &[Claimed],
    bodies: &[Option<Body>],
) -> sqlx::Result<Book> {
    let (vault, now) = (&parts.vault, parts.clock.now());
    let mut mentioned = Mentioned::default();
    bodies.iter().flatten().for_each(|body| mentioned.body(body));
    mentioned.people.extend(claimed.iter().filter_map(|delivery| delivery.person));
    mentioned.people.sort_unstable();
    mentioned.people.dedup();
    let mut ids: Vec<AccountId> = claimed.iter().filter_map(|delivery| delivery.account).collect();
    ids.sort_unstable();
    ids.dedup();

    let mut book = Book::new(now);
    if !mentioned.people.is_empty() {
        book.faces = faces::load(&mut *db, &mentioned.people).await?.into_iter().map(|f| (f.person, f)).collect();
    }
    if !ids.is_empty() {
        book.readers = accounts::readers(&mut *db, &ids).await?.into_iter().map(|a| (a.id, a)).collect();
    }
    let keys: Vec<String> = claimed.iter().filter_map(|delivery| delivery.void_key.clone()).collect();
    if !keys.is_empty() {
        book.void = notices::voided(&mut *db, &keys).await?.into_iter().collect();
    }
    let first = claimed.iter().filter(|delivery| delivery.class != Class::Reply as i16);
    let first: Vec<PersonId> = first.filter_map(|delivery| delivery.person).collect();
    if !first.is_empty() {
        book.silenced = consents::silenced(&mut *db, &first).await?.into_iter().collect();
    }
    book.codes = mentioned.codes.iter().map(|id| (*id, codes::of_link(vault, *id).shown())).collect();
    book.pages = mentioned.pages.iter().map(|id| (*id, once::token(vault, *id))).collect();
    if !mentioned.letters.is_empty() {
        mentioned.letters.sort_unstable();
        mentioned.letters.dedup();
        book.letters = broadcast::letters(&mut *db, vault, &mentioned.letters).await?;
    }
    let files = mentioned.pictures.iter().filter_map(|name| Some(program.picture(name)?.hash.clone()));
    let files: Vec<String> = files.collect();
    if !files.is_empty() {
        let known = pictures::handles(&mut *db, lane, &files).await?.into_iter();
        book.handles = known.map(|known| ((known.hash, known.alt), known.handle)).collect();
    }
    if !mentioned.remarks.is_empty() {
        book.remarks = readable(proposals::remarks(&mut *db, vault, &mentioned.remarks).await)?;
    }
    if !mentioned.contacts.is_empty() {
        book.contacts = readable(territory::written_contacts(&mut *db, vault, &mentioned.contacts).await)?;
    }
    if !mentioned.requests.is_empty() {
        book.requests = readable(support::masked(&mut *db, vault, &mentioned.requests).await)?;
    }
    if !mentioned.phones.is_empty() {
        book.phones = readable(verification::masked(&mut *db, vault, &mentioned.phones).await)?;
    }
    for (person, face) in &book.faces {
        let Some(sealed) = &face.profile else { continue };
        match Profile::open(vault, *person, sealed) {
            Ok(profile) => drop(book.names.insert(*person, profile)),
            Err(error) => tracing::error!(person = %person, "a profile does not open: {error}"),
        }
    }
    Ok(book)
}

/// What was looked up; where something does not open, what names it fails, and the rest goes.
fn readable<T: Default>(found: Result<T, acting::Error>) -> sqlx::Result<T> {
    match found {
        Ok(found) => Ok(found),
        Err(acting::Error::Store(error)) => Err(error),
        Err(error) => {
            tracing::error!("something sealed does not open, and what names it fails: {error}");
            Ok(T::default())
        }
    }
}

#[derive(Default)]
struct Mentioned {
    people: Vec<PersonId>,
    phones: Vec<VerificationId>,
    codes: Vec<CodeId>,
    pages: Vec<CodeId>,
    requests: Vec<RequestId>,
    letters: Vec<BroadcastId>,
    contacts: Vec<TerritoryId>,
    remarks: Vec<RequestId>,
    pictures: Vec<String>,
}

impl Mentioned {
    fn body(&mut self, body: &Body) {
        match body {
            Body::Send(said) | Body::Edit(said) | Body::Rewrite { said, .. } => {
                let labels = said.keyboard.iter().flat_map(|keyboard| &keyboard.buttons).map(|button| &button.label);
                self.pictures.extend(said.picture.iter().map(|picture| picture.name.clone()));
                let seen = said.picture.iter().map(|picture| &picture.alt);
                for words in std::iter::once(&said.words).chain(labels).chain(seen) {
                    words.args.values().for_each(|value| self.value(value));
                }
            }
            Body::Delete => {}
            Body::Answer { words, .. } => {
                words.iter().flat_map(|words| words.args.values()).for_each(|value| self.value(value));
            }
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::FirstName(person) | Value::ShortName(person) => self.people.push(*person),
            Value::Phone(verification) => self.phones.push(*verification),
            Value::LinkCode(code) | Value::Invitation(code) => self.codes.push(*code),
            Value::Page(page) => self.pages.push(*page),
            Value::RequestPhone(request) => self.requests.push(*request),
            Value::Letter(broadcast) => self.letters.push(*broadcast),
            Value::Contacts(territory) => self.contacts.push(*territory),
            Value::Remark(proposal) => self.remarks.push(*proposal),
            Value::List(values) => values.iter().for_each(|value| self.value(value)),
            Value::Record(fields) => fields.values().for_each(|value| self.value(value)),
            Value::Lines(lines) => {
                lines.iter().flat_map(|words| words.args.values()).for_each(|value| self.value(value))
            }
            Value::Text(_)
            | Value::Number(_)
            | Value::Flag(_)
            | Value::Moment(_)
            | Value::Day(_)
            | Value::DaysTo(_)
            | Value::Site(_)
            | Value::Command(_) => {}
        }
    }
}

impl Book {
    fn new(now: DateTime<Utc>) -> Self {
        Self {
            now,
            faces: HashMap::new(),
            readers: HashMap::new(),
            names: HashMap::new(),
            phones: BTreeMap::new(),
            codes: BTreeMap::new(),
            pages: BTreeMap::new(),
            requests: BTreeMap::new(),
            letters: BTreeMap::new(),
            contacts: BTreeMap::new(),
            remarks: BTreeMap::new(),
            handles: HashMap::new(),
            void: HashSet::new(),
            silenced: HashSet::new(),
        }
    }

    /// Whether it counts the days to one that is over by now, where its reader lives.
    pub fn is_over(&self, delivery: &Claimed, body: Option<&Body>) -> bool {
        let Some(Body::Send(said)) = body else { return false };
        let zone = self.zone(delivery);
        let over = |value: &Value| matches!(value, Value::DaysTo(day) if self.days_to(*day, zone) < 0);
        said.words.args.values().any(over)
    }

    fn days_to(&self, day: NaiveDate, zone: Tz) -> i64 {
        day.signed_duration_since(self.now.with_timezone(&zone).date_naive()).num_days()
    }

    fn zone(&self, delivery: &Claimed) -> Tz {
        let face = delivery.person.and_then(|person| self.faces.get(&person));
        turn::zone(face.and_then(|face| face.zone.as_deref()))
    }

    /// Whether what this delivery says has become void while it waited.
    pub fn is_void(&self, delivery: &Claimed) -> bool {
        delivery.void_key.as_ref().is_some_and(|key| self.void.contains(key))
    }

    /// Whether it would write first to somebody who has taken messages back while it waited. What takes away or corrects an
    /// earlier message does so all the same.
    pub fn is_unwanted(&self, delivery: &Claimed) -> bool {
        let first = delivery.class != Class::Reply as i16 && delivery.body.get("send").is_some();
        first && delivery.person.is_some_and(|person| self.silenced.contains(&person))
    }

    /// Puts one delivery into words.
    pub fn write(
        &self,
        program: &Program,
        lane: &Settings,
        delivery: &Claimed,
        body: Option<&Body>,
    ) -> Result<Written, Unreadable> {
        let reader = self.reader(program, lane, delivery);
        let account = delivery.account.and_then(|id| self.readers.get(&id));
        let client = || match (lane.channel, account) {
            (Channel::Vk, Some(account)) => account.client.clone().map(|client| client.0).unwrap_or_default(),
            _ => Client::default(),
        };
        match body.ok_or(Unreadable::Body)? {
            Body::Send(said) => Ok(Written::Send(self.message(&reader, delivery, said)?, client())),
            Body::Edit(said) => {
                let original = delivery.original.clone().ok_or(Unreadable::Original)?;
                Ok(Written::Edit(original, self.message(&reader, delivery, said)?, client()))
            }
            Body::Rewrite { message, said } => {
                Ok(Written::Rewrite(message.clone(), self.message(&reader, delivery, said)?, client()))
            }
            Body::Delete => delivery.original.clone().map(Written::Delete).ok_or(Unreadable::Original),
            Body::Answer { press, words } => {
                let text = words.as_ref().map(|words| reader.text(words, marks::escape)).transpose()?;
                Ok(Written::Answer(press.clone(), text))
            }
        }
    }

    fn reader<'b>(&'b self, program: &'b Program, lane: &'b Settings, delivery: &Claimed) -> Reader<'b> {
        let face = delivery.person.and_then(|person| self.faces.get(&person));
        let account = delivery.account.and_then(|id| self.readers.get(&id));
        let wishes = [face.and_then(|f| f.lang.as_deref()), account.and_then(|a| a.lang.as_deref())];
        Reader {
            book: self,
            program,
            lang: turn::lang(program.locales(), wishes),
            // A group is spoken to as adults are.
            tone: Tone { adult: face.is_none_or(|face| face.adult), plain: face.is_some_and(|face| face.plain) },
            zone: self.zone(delivery),
            // Messengers open a mini app from a private dialogue only.
            app: lane.app.as_ref().filter(|_| delivery.account.is_some()),
            lane,
        }
    }

    fn message(&self, reader: &Reader<'_>, delivery: &Claimed, said: &Said) -> Result<Message, Unreadable> {
        let mut text = reader.text(&said.words, marks::escape)?;
        if let Some(about) = self.about(delivery) {
            let args = Args::from([("name".to_owned(), Value::FirstName(about))]);
            let line = reader.text(&Words { key: "global-about".to_owned(), args }, marks::escape)?;
            text = format!("{line}\n{text}");
        }
        let keyboard = said.keyboard.as_ref();
        let keyboard = keyboard.map(|keyboard| reader.keyboard(keyboard, delivery.person)).transpose()?;
        let picture = said.picture.as_ref().map(|picture| reader.picture(picture)).transpose()?.flatten();
        Ok(Message { text, keyboard, picture })
    }

    /// Whom to name in the first line: several people read this account.
    fn about(&self, delivery: &Claimed) -> Option<PersonId> {
        let several = delivery.account.and_then(|id| self.readers.get(&id)).is_some_and(|reader| reader.profiles > 1);
        delivery.person.filter(|person| several && self.names.contains_key(person))
    }
}

/// The one who reads.
struct Reader<'b> {
    book: &'b Book,
    program: &'b Program,
    lang: String,
    tone: Tone,
    zone: Tz,
    app: Option<&'b App>,
    lane: &'b Settings,
}

impl Reader<'_> {
    fn text(&self, words: &Words, quote: fn(&str) -> String) -> Result<String, Unreadable> {
        let mut args = Args::new();
        for (name, value) in &words.args {
            args.insert(name.clone(), self.resolve(value, quote)?);
        }
        args.insert("you".to_owned(), locale::you(self.tone.adult));
        let text = self.program.locales().toned(&self.lang, &words.key, self.tone, &args);
        text.ok_or_else(|| Unreadable::Text(words.key.clone()))
    }

    /// A picture that is not there any more is left out.
    fn picture(&self, said: &SaidPicture) -> Result<Option<Picture>, Unreadable> {
        let Some(file) = self.program.picture(&said.name) else {
            tracing::warn!(picture = said.name, "a text goes without its picture: there is none of that name");
            return Ok(None);
        };
        let picture = Picture { file: Arc::clone(file), alt: self.text(&said.alt, str::to_owned)?, handle: None };
        let handle = self.book.handles.get(&picture.key()).cloned();
        Ok(Some(Picture { handle, ..picture }))
    }

    fn keyboard(&self, keyboard: &SaidKeyboard, about: Option<PersonId>) -> Result<Keyboard, Unreadable> {
        let buttons = keyboard.buttons.iter().filter_map(|button| {
            let does = entry::does(&button.does, about, self.app)?;
            // A label has no marks: nothing in it needs quoting.
            Some(self.text(&button.label, str::to_owned).map(|label| Button { label, does }))
        });
        Ok(Keyboard { style: keyboard.style, buttons: buttons.collect::<Result<_, _>>()?, free: keyboard.free })
    }

    fn resolve(&self, value: &Value, quote: fn(&str) -> String) -> Result<Value, Unreadable> {
        let name = |person: &PersonId| self.book.names.get(person).ok_or(Unreadable::Name(*person));
        Ok(match value {
            Value::FirstName(person) => Value::Text(quote(&name(person)?.first)),
            Value::ShortName(person) => Value::Text(quote(&name(person)?.short_name())),
            Value::Phone(id) => Value::Text(quote(self.book.phones.get(id).ok_or(Unreadable::Phone(*id))?)),
            Value::LinkCode(id) => Value::Text(self.book.codes.get(id).cloned().unwrap_or_default()),
            Value::RequestPhone(id) => {
                Value::Text(quote(self.book.requests.get(id).map(String::as_str).unwrap_or_default()))
            }
            Value::Invitation(id) => {
                let code = self.book.codes.get(id).map(String::as_str).unwrap_or_default();
                Value::Text(quote(&self.lane.doors.invitation(code)))
            }
            Value::Page(id) => {
                let token = self.book.pages.get(id).map(String::as_str).unwrap_or_default();
                Value::Text(quote(&self.lane.doors.page(token)))
            }
            Value::Letter(id) => match self.book.letters.get(id).ok_or(Unreadable::Letter(*id))? {
                Some(letter) => Value::Text(quote(letter)),
                None => Value::Text(self.text(&Words::plain("notice-broadcast-swept"), quote)?),
            },
            Value::Remark(id) => Value::Text(quote(self.book.remarks.get(id).map(String::as_str).unwrap_or_default())),
            Value::Contacts(id) => Value::Text(quote(self.book.contacts.get(id).ok_or(Unreadable::Contacts(*id))?)),
            // A bare word chooses a variant of a text: quoting would make another word of it.
            Value::Text(text) if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') => value.clone(),
            Value::Text(text) => Value::Text(quote(text)),
            Value::List(values) => {
                let values = values.iter().map(|value| self.resolve(value, quote)).collect::<Result<_, _>>()?;
                locale::plain(&Value::List(values), &self.lang, self.zone)
            }
            Value::Record(fields) => {
                let fields = fields.iter().map(|(name, value)| Ok((name.clone(), self.resolve(value, quote)?)));
                Value::Record(fields.collect::<Result<BTreeMap<_, _>, _>>()?)
            }
            Value::Lines(lines) => {
                let lines = lines.iter().map(|words| self.text(words, quote)).collect::<Result<Vec<_>, _>>()?;
                Value::Text(lines.join("\n"))
            }
            Value::Site(path) => Value::Text(quote(&self.lane.doors.site(path))),
            Value::Command(name) => Value::Text(quote(&self.lane.command(name))),
            Value::DaysTo(day) => Value::Number(self.book.days_to(*day, self.zone)),
            Value::Number(_) | Value::Flag(_) | Value::Moment(_) | Value::Day(_) => {
                locale::plain(value, &self.lang, self.zone)
            }
        })
    }
}

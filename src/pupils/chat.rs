//! What the chat says of pupils: classes to choose from, numbers, and links to the page.

use std::collections::BTreeMap;

use super::{
    About, Look, PAGE, Place, View, class_name, facts,
    filter::{Counts, Filter},
    list::{self, Pupil},
    number,
    remind::{self, Reach, Sent},
};
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    message::{Args, Value, Words},
    once::{self, Made},
    store::{
        accounts, classes as made,
        pupils::{self as rows, Class},
    },
};

/// Names in one message: as many as a person, or a screen reader, follows at once.
const NAMES: usize = 15;
/// The messenger that may carry names to staff.
const NAMED: &str = "vk";

/// As many as a message of VK has buttons for, beside two others.
const SHOWN: usize = 8;

/// `pupils.classes`: the classes that somebody sees, as far as `like` fits to them; too many of one school are the school, too
/// many schools are `many`.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn classes(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let words = words(text(args, "like")?);
    let most = SHOWN as i64 + 1;
    let classes = rows::classes(acting.db, acting.person, &words, most).await?;
    let schools = rows::schools(acting.db, acting.person, &words, most).await?;
    let one = |place: Place| reply("one", [("place", place.named().into())]);
    Ok(match (&classes[..], &schools[..]) {
        ([], _) if words.is_empty() => {
            let may = !made::schools(acting.db, acting.person, 1).await?.is_empty();
            Reply::plain(if may { "empty" } else { "stranger" }).into()
        }
        ([], _) => Reply::plain("none").into(),
        ([class], _) => one(Place::Class(class.id)),
        (classes, [(school, name)]) if classes.len() < SHOWN => {
            let all =
                Words { key: "pupils-all".to_owned(), args: [("school".to_owned(), name.as_str().into())].into() };
            let all = option(Place::School(*school), Value::Lines(vec![all]));
            several([all].into_iter().chain(labelled(classes, false)))
        }
        (_, [(school, _)]) => one(Place::School(*school)),
        (classes, _) if classes.len() <= SHOWN => several(labelled(classes, true)),
        (_, schools) if schools.len() <= SHOWN => {
            several(schools.iter().map(|(id, name)| option(Place::School(*id), name.as_str().into())))
        }
        _ => Reply::plain("many").into(),
    })
}

/// `pupils.numbers`: how the pupils of a class or a school stand, in numbers.
///
/// # Errors
/// When the database fails or the argument is missing.
pub async fn numbers(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let look = Look { reader: acting.person, now: acting.now };
    let Some(place) = Place::read(text(args, "place")?) else { return Ok(Reply::plain("unknown").into()) };
    let name = place.name(acting.db, acting.vault, acting.person).await?;
    let Some(name) = name else { return Ok(Reply::plain("unknown").into()) };
    let counts = Counts::of(&facts::of(acting.db, acting.vault, look, (place, None)).await?);
    let of_all = |count: usize| number(counts.all.saturating_sub(count));
    Ok(reply(
        "ok",
        [
            ("name", name.into()),
            ("pupils", number(counts.all)),
            ("signed_in", of_all(counts.absent)),
            ("verified", of_all(counts.unverified)),
            ("consents", of_all(counts.consentless)),
            ("parents", of_all(counts.orphans)),
        ],
    ))
}

/// `pupils.page`: a page with the names behind the numbers (`list`), the cards to be printed (`cards`), the papers of consents
/// (`papers`), or on which a class is made (`make`).
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn page(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let view = match text(args, "view")? {
        "cards" => View::Cards,
        "make" => View::Make,
        "papers" => View::Papers,
        _ => View::List,
    };
    let place = Place::read(text(args, "place")?);
    let seen = match place {
        Some(place) => place.school(acting.db, acting.person).await?.is_some(),
        None => view == View::Make && !made::schools(acting.db, acting.person, 1).await?.is_empty(),
    };
    if !seen {
        return Ok(Reply::plain("unknown").into());
    }
    let place = place.map(Place::named).unwrap_or_default();
    let filter = Filter::read(text(args, "filter")?).unwrap_or_default();
    let about = serde_json::to_value(About { place, view, filter }).map_err(|_| Error::Profile)?;
    Ok(match once::make(acting, PAGE, &about).await? {
        Made::Link(id) => {
            let minutes = once::LINK_LIVES.num_minutes();
            reply("ok", [("page", Value::Page(id)), ("minutes", minutes.into())])
        }
        Made::Nowhere => Reply::plain("nowhere").into(),
        Made::Limited(until) => reply("limited", [("until", Value::Moment(until))]),
    })
}

/// `pupils.names`: who passes a filter, fifteen at a time, where names may be said; elsewhere how many.
///
/// # Errors
/// When the database fails, a profile does not open or an argument is missing.
pub async fn names(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some((place, filter)) = asked(args)? else { return Ok(Reply::plain("unknown").into()) };
    let past = match args.get("past") {
        Some(Value::Number(past)) => usize::try_from(*past).unwrap_or(0),
        _ => return Err(Error::Argument("past")),
    };
    let look = Look { reader: acting.person, now: acting.now };
    let found = list::who(acting.db, acting.vault, look, (place, filter)).await?;
    let Some(found) = found else { return Ok(Reply::plain("unknown").into()) };
    if found.is_empty() {
        return Ok(Reply::plain("nobody").into());
    }
    let channel = match acting.account {
        Some(account) => accounts::load(acting.db, &[account]).await?.pop().map(|account| account.lane.0),
        None => None,
    };
    if channel.is_none_or(|lane| lane.split(':').next() != Some(NAMED)) {
        return Ok(reply("hidden", [("pupils", number(found.len()))]));
    }
    let shown = found.iter().enumerate().skip(past).take(NAMES);
    let lines: Vec<Words> = shown.map(|(at, pupil)| line(at + 1, pupil)).collect();
    let last = past + lines.len();
    Ok(reply(
        "ok",
        [
            ("lines", Value::Lines(lines)),
            ("first", number(past + 1)),
            ("last", number(last)),
            ("pupils", number(found.len())),
            ("more", (last < found.len()).into()),
            ("next", number(last)),
        ],
    ))
}

/// One pupil in one line that is read out as it stands: number, name, class, and what is lacked.
fn line(number: usize, pupil: &Pupil) -> Words {
    let flag = |flag: bool| Value::from(if flag { "yes" } else { "no" });
    let args = [
        ("n", super::number(number)),
        ("name", Value::ShortName(pupil.id)),
        ("class", pupil.class.as_str().into()),
        ("signed_in", flag(pupil.signed_in)),
        ("phone", pupil.phone.word().into()),
        ("consent", pupil.consent.word().into()),
    ];
    Words { key: "pupils-line".to_owned(), args: args.map(|(name, value)| (name.to_owned(), value)).into() }
}

/// `pupils.reach`: whom a reminder would reach, and why not the others.
///
/// # Errors
/// When the database fails, a profile does not open or an argument is missing.
pub async fn reach(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(about) = asked(args)? else { return Ok(Reply::plain("unknown").into()) };
    let look = Look { reader: acting.person, now: acting.now };
    let Some(reach) = remind::reach(acting.db, acting.vault, look, about).await? else {
        return Ok(Reply::plain("unknown").into());
    };
    let Reach { all, reached, absent, closed, settled, already } = reach;
    let why = [("absent", number(absent)), ("closed", number(closed)), ("settled", number(settled))];
    Ok(match (already, reached) {
        (true, _) => Reply::plain("already").into(),
        (false, 0) => reply("nobody", why),
        _ => {
            let [absent, closed, settled] = why;
            reply("ok", [("pupils", number(all)), ("reached", number(reached)), absent, closed, settled])
        }
    })
}

/// `pupils.remind`: each who can be reached is told what he or she owes, by day, once a day.
///
/// # Errors
/// When the database fails, a profile does not open or an argument is missing.
pub async fn remind(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let Some(about) = asked(args)? else { return Ok(Reply::plain("unknown").into()) };
    let look = Look { reader: acting.person, now: acting.now };
    Ok(match remind::send(acting.db, acting.vault, look, about).await? {
        None => Reply::plain("unknown").into(),
        Some(Sent::Already) => Reply::plain("already").into(),
        Some(Sent::Nobody) => Reply::plain("nobody").into(),
        Some(Sent::Queued { pupils, night }) => reply("ok", [("pupils", number(pupils)), ("night", night.into())]),
    })
}

fn asked(args: &Args) -> Result<Option<(Place, Filter)>, Error> {
    let (place, filter) = (Place::read(text(args, "place")?), Filter::read(text(args, "filter")?));
    Ok(place.zip(filter))
}

/// What is looked for: small letters, «е» for «ё», without punctuation; «7 Б» and «7-б» are one word, the class.
fn words(said: &str) -> Vec<String> {
    let said = said.to_lowercase().replace('ё', "е");
    let mut words: Vec<String> = Vec::new();
    for word in said.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let letter = word.chars().next().is_some_and(char::is_alphabetic) && word.chars().count() <= 2;
        match words.last_mut() {
            Some(grade) if letter && grade.parse::<u8>().is_ok_and(|grade| (6..=11).contains(&grade)) => {
                grade.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

fn labelled(classes: &[Class], schools: bool) -> impl Iterator<Item = Value> {
    classes.iter().map(move |class| {
        let mut label = class_name(class);
        if classes
            .iter()
            .any(|other| other.id != class.id && class_name(other) == label && other.school == class.school)
        {
            label = format!("{label}, {}", class.school_year);
        }
        if schools {
            label = format!("{label}, {}", class.school_name);
        }
        option(Place::Class(class.id), label.into())
    })
}

fn several(options: impl Iterator<Item = Value>) -> Acted {
    reply("several", [("options", Value::List(options.collect()))])
}

fn option(place: Place, label: Value) -> Value {
    Value::Record(BTreeMap::from([("value".to_owned(), place.named().into()), ("label".to_owned(), label)]))
}

fn reply<const N: usize>(outcome: &str, values: [(&str, Value); N]) -> Acted {
    let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Reply { outcome: outcome.to_owned(), values }.into()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_class_is_one_word_however_it_is_written() {
        for said in ["7Б", "7 б", "7-Б", "7 «Б»", " 7б. "] {
            assert_eq!(words(said), ["7б"], "{said}");
        }
        assert_eq!(words("МБОУ СОШ № 100, 11 А1"), ["мбоу", "сош", "100", "11а1"]);
        assert_eq!(words("школа 7"), ["школа", "7"]);
        assert_eq!(words("Берёзовская 12 Б"), ["березовская", "12", "б"]);
        assert!(words(" № ").is_empty());
    }
}

//! What the chat says of pupils: classes to choose from, numbers, and links to the page.

use std::collections::BTreeMap;

use super::{About, Look, PAGE, Place, View, class_name, list};
use crate::{
    acting::{Acted, Acting, Error, text},
    flow::Reply,
    message::{Args, Value, Words},
    once::{self, Made},
    store::pupils::{self as rows, Class},
};

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
        ([], _) if words.is_empty() => Reply::plain("stranger").into(),
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
    let Some(name) = place.name(acting.db, acting.person).await? else { return Ok(Reply::plain("unknown").into()) };
    let counts = list::counts(&rows::of(acting.db, look.reader, place.ids(), look.now).await?);
    let number = |count: usize| Value::from(i64::try_from(count).unwrap_or(i64::MAX));
    let of_all = |count: usize| number(counts.all.saturating_sub(count));
    Ok(reply(
        "ok",
        [
            ("name", name.into()),
            ("pupils", number(counts.all)),
            ("signed_in", of_all(counts.absent)),
            ("verified", of_all(counts.unverified)),
            ("parents", of_all(counts.orphans)),
        ],
    ))
}

/// `pupils.page`: a page with the names behind the numbers (`list`), the cards to be printed (`cards`), or the papers of consents
/// (`papers`).
///
/// # Errors
/// When the database fails or an argument is missing.
pub async fn page(args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    let view = match text(args, "view")? {
        "cards" => View::Cards,
        "papers" => View::Papers,
        _ => View::List,
    };
    let Some(place) = Place::read(text(args, "place")?) else { return Ok(Reply::plain("unknown").into()) };
    if place.name(acting.db, acting.person).await?.is_none() {
        return Ok(Reply::plain("unknown").into());
    }
    let about = serde_json::to_value(About { place: place.named(), view }).map_err(|_| Error::Profile)?;
    Ok(match once::make(acting, PAGE, &about).await? {
        Made::Link(id) => {
            let minutes = once::LINK_LIVES.num_minutes();
            reply("ok", [("page", Value::Page(id)), ("minutes", minutes.into())])
        }
        Made::Nowhere => Reply::plain("nowhere").into(),
        Made::Limited(until) => reply("limited", [("until", Value::Moment(until))]),
    })
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

//! Whether something can be said as it is: in every language, to young and grown, in usual and in plain words, in each channel
//! as its renderer writes it.

use chrono_tz::Tz;

use crate::{
    author::channel_name,
    channel::{
        Channel, Client, marks,
        preview::{self, Bubble, KeyKind},
        profile::{Grid, units},
    },
    flow::{About, Program, chat::Reader, explore::Shown},
    locale::Tone,
    message::{App, Does, Message, Offer, Said, SaidButton, Value, Words},
};

const CHANNELS: [Channel; 2] = [Channel::Telegram, Channel::Vk];
const TONES: [Tone; 4] = [tone(false, false), tone(true, false), tone(false, true), tone(true, true)];
/// A first name is no longer, as the check has it.
const NAME: usize = 64;

const fn tone(adult: bool, plain: bool) -> Tone {
    Tone { adult, plain }
}

/// What is wrong with something that is shown, in words.
pub(super) fn wrong(program: &Program, shown: Shown<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for lang in program.locales().languages() {
        let mut seen = Vec::new();
        for tone in TONES {
            let reader = Reader { about: About { lang: lang.to_owned(), tone }, zone: Tz::Europe__Moscow };
            let found = match shown {
                Shown::Message(said) => said_to(program, said, &reader, &mut seen),
                Shown::Toast(words) => toasted(program, words, &reader),
            };
            wrong.extend(found.into_iter().map(|why| format!("{why} ({lang})")));
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

fn lacking(program: &Program, words: &Words, reader: &Reader) -> Vec<String> {
    let About { lang, tone } = &reader.about;
    let lacking = program.locales().lacking(lang, words, *tone);
    lacking.into_iter().map(|what| format!("`{what}` is not there")).collect()
}

fn toasted(program: &Program, words: &Words, reader: &Reader) -> Vec<String> {
    let mut wrong = lacking(program, words, reader);
    let long = units(&plain(&reader.text(program.locales(), words)));
    for channel in CHANNELS {
        let most = channel.profile().toast;
        if long > most {
            wrong.push(format!("`{}` is cut in {}: {long} of {most}", words.key, channel_name(channel)));
        }
    }
    wrong
}

fn plain(text: &str) -> String {
    marks::plain(&marks::read(text))
}

/// `seen`: what it reads to others of the same language, which is judged once.
fn said_to(program: &Program, said: &Said, reader: &Reader, seen: &mut Vec<Message>) -> Vec<String> {
    let buttons = || said.keyboard.iter().flat_map(|keyboard| &keyboard.buttons);
    let mut wrong = lacking(program, &said.words, reader);
    wrong.extend(buttons().flat_map(|button| lacking(program, &button.label, reader)));
    let message = reader.message(program, said, &App::Page("https://example.org/app/".to_owned()));
    if seen.contains(&message) {
        return wrong;
    }
    seen.push(message.clone());
    if plain(&message.text).trim().is_empty() {
        wrong.push(format!("`{}` says nothing", said.words.key));
    }
    if let Some(picture) = &said.picture {
        wrong.extend(lacking(program, &picture.alt, reader));
        let seen = message.picture.as_ref().map(|picture| picture.alt.trim());
        let why = seen.map_or(Some("is not there"), |alt| alt.is_empty().then_some("is shown without words"));
        wrong.extend(why.map(|why| format!("the picture `{}` {why}", picture.name)));
    }
    let message = named(program, message, reader);
    for button in buttons() {
        if let Offer::Plain(Does::Press(token)) = &button.does {
            wrong.extend(carried(token));
        }
    }
    for channel in CHANNELS {
        let found = shown_in(channel, said, &message);
        wrong.extend(found.into_iter().map(|why| format!("`{}` in {}: {why}", said.words.key, channel_name(channel))));
    }
    wrong
}

/// Under a picture there is room for the line that names whom a message is about, where several people read an account.
fn named(program: &Program, message: Message, reader: &Reader) -> Message {
    if message.picture.is_none() {
        return message;
    }
    let name = Value::Text("Ж".repeat(NAME));
    let about = Words { key: "global-about".to_owned(), args: [("name".to_owned(), name)].into() };
    let text = format!("{}\n{}", reader.text(program.locales(), &about), message.text);
    Message { text, ..message }
}

/// What a button carries goes to VK wrapped up.
fn carried(token: &str) -> Option<String> {
    let wrapped = serde_json::json!({ "token": token }).to_string();
    let fits = token.len() <= Channel::Telegram.profile().payload && wrapped.len() <= Channel::Vk.profile().payload;
    (!fits).then(|| format!("a button carries too much: {token}"))
}

fn shown_in(channel: Channel, said: &Said, message: &Message) -> Vec<String> {
    let (profile, pictured) = (channel.profile(), message.picture.is_some());
    let bubbles = preview::bubbles(channel, message, &Client::default());
    let mut wrong = Vec::new();
    if bubbles.len() != 1 {
        let (long, most) = (units(&plain(&message.text)), if pictured { profile.caption } else { profile.text });
        wrong.push(format!("{} messages instead of one: {long} of {most}", bubbles.len()));
    }
    for bubble in &bubbles {
        if units(&bubble.text.text) > profile.text {
            wrong.push(format!("too long: {} of {}", units(&bubble.text.text), profile.text));
        }
        wrong.extend(laid_out(&bubble.under, profile.inline));
        wrong.extend(laid_out(&bubble.instead, profile.reply));
        let labels = bubble.under.iter().chain(&bubble.instead).flatten().map(|key| units(&key.label));
        wrong.extend(labels.filter(|long| *long > profile.label).map(|long| format!("a label of {long}")));
    }
    wrong.extend(lost(&bubbles, message));
    // A client of long ago gets the buttons as lines of the text.
    let bare = Client { keyboard: false, inline_keyboard: false, callback: false, open_link: false, open_app: false };
    if preview::bubbles(channel, message, &bare).len() > bubbles.len() {
        wrong.push(format!("too long for a client without buttons: over {}", profile.text));
    }
    wrong.extend(said.keyboard.iter().flat_map(|keyboard| &keyboard.buttons).zip(labels(message)).filter_map(
        |(button, label)| {
            let cut = units(label) > profile.label && !is_data(button);
            cut.then(|| format!("the label «{label}» is cut: {} of {}", units(label), profile.label))
        },
    ));
    wrong
}

/// Rows that the channel would refuse.
fn laid_out<K>(rows: &[Vec<K>], grid: Grid) -> Option<String> {
    let all: usize = rows.iter().map(Vec::len).sum();
    let widest = rows.iter().map(Vec::len).max().unwrap_or_default();
    let fits = rows.len() <= grid.rows && widest <= grid.per_row && all <= grid.buttons;
    (!fits).then(|| format!("{all} buttons in {} rows, {widest} in one", rows.len()))
}

/// Buttons to press that have become lines of the text.
fn lost(bubbles: &[Bubble], message: &Message) -> Option<String> {
    let keys = bubbles.iter().flat_map(|bubble| bubble.under.iter().chain(&bubble.instead)).flatten();
    let seen = keys.filter(|key| key.kind == KeyKind::Press).count();
    let offered = message.keyboard.iter().flat_map(|keyboard| &keyboard.buttons);
    let offered = offered.filter(|button| matches!(button.does, Does::Press(_))).count();
    (seen != offered).then(|| format!("{seen} of {offered} buttons are left"))
}

fn labels(message: &Message) -> impl Iterator<Item = &str> {
    message.keyboard.iter().flat_map(|keyboard| &keyboard.buttons).map(|button| button.label.as_str())
}

/// A label with something in it that is not counted is cut to fit, and everybody knows that it may be.
fn is_data(button: &SaidButton) -> bool {
    button.label.args.values().any(|value| !matches!(value, Value::Number(_)))
}

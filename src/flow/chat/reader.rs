//! Puts into words what is said, without knowing a person: names and phones are texts here.

use std::sync::Arc;

use chrono_tz::Tz;

use crate::{
    flow::{About, Action, Program, entry},
    locale::{self, Locales},
    message::{App, Args, Button, Keyboard, Message, Picture, Said, SaidButton, Value, Words},
};

/// Who reads.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The language, «ты» or «вы».
    pub about: About,
    /// Where moments are shown.
    pub zone: Tz,
}

/// What an action's answer says of the reader holds from then on.
pub(in crate::flow) fn heed(about: &mut About, action: Action, args: &Args) {
    match (action, args.get("on"), args.get("lang")) {
        (Action::PeoplePlain, Some(Value::Flag(plain)), _) => about.tone.plain = *plain,
        (Action::PeopleLanguage, _, Some(Value::Text(lang))) => about.lang.clone_from(lang),
        _ => {}
    }
}

impl Reader {
    /// A text; one that is missing shows its key.
    #[must_use]
    pub fn text(&self, locales: &Locales, words: &Words) -> String {
        let lang = &self.about.lang;
        let plain = |value: &Value| locale::plain(value, lang, self.zone);
        let text = locales.words(lang, words, self.about.tone, &plain);
        text.unwrap_or_else(|| format!("({})", words.key))
    }

    /// A message with its buttons, where there is this mini app.
    #[must_use]
    pub fn message(&self, program: &Program, said: &Said, app: &App) -> Message {
        let locales = program.locales();
        let button = |button: &SaidButton| {
            let does = entry::does(&button.does, None, Some(app))?;
            Some(Button { label: self.text(locales, &button.label), does })
        };
        let keyboard = said.keyboard.as_ref().map(|keyboard| Keyboard {
            style: keyboard.style,
            buttons: keyboard.buttons.iter().filter_map(button).collect(),
            free: keyboard.free,
        });
        let picture = said.picture.as_ref().and_then(|picture| {
            let alt = self.text(locales, &picture.alt);
            Some(Picture { file: Arc::clone(program.picture(&picture.name)?), alt, handle: None })
        });
        Message { text: self.text(locales, &said.words), keyboard, picture }
    }
}

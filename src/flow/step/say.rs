//! What is said: keys, arguments, buttons.

use std::borrow::Cow;

use super::{
    answer::{self, Choice, Shown},
    fold,
    form::{self, Control},
    heard::Heard,
    token,
    work::Work,
};
use crate::{
    flow::{
        About, Effect,
        action::Type,
        model::{Answer, AppButton, Ask, Does, Flow, Pictured},
        state::{Frame, Run, Waits},
    },
    message::{Does as Press, Offer, Said, SaidButton, SaidKeyboard, SaidPicture, Style, Value, Words},
};

/// Looks a name up among a frame's values: `name`, or `record.field` of what a call gave or of a record that is a value.
pub(in crate::flow) fn look<'f>(frame: &'f Frame, name: &str) -> Option<&'f Value> {
    match name.split_once('.') {
        None => frame.values.get(name),
        Some((record, field)) => {
            let saved = frame.saved.iter().find(|(saved, _)| saved == record);
            let saved = saved.and_then(|(_, fields)| fields.get(field));
            saved.or_else(|| frame.values.get(record)?.field(field))
        }
    }
}

/// A text's argument: an answer, argument or set value by its name, else a field of what a call gave, the latest first, else a
/// field of a record that the flow was given. Personal values are never found.
fn argument(flow: &Flow, frame: &Frame, name: &str) -> Option<Value> {
    let own = frame.values.get(name).filter(|_| !flow.private.contains(name));
    let saved = || frame.saved.iter().rev().find_map(|(_, fields)| fields.get(name));
    let records = flow.args.iter().filter(|(_, kind)| matches!(kind.of, Type::Shape(_)) && !kind.private);
    let given = || records.filter_map(|(arg, _)| frame.values.get(arg)?.field(name)).next();
    own.or_else(saved).or_else(given).cloned()
}

/// The label of an option of several: whether it is chosen shows.
fn marked(label: Words, run: &Run, option: &str) -> Words {
    let picked = run.picked.iter().any(|picked| picked == option);
    let key = if picked { "form-picked" } else { "form-unpicked" };
    Words { key: key.to_owned(), args: [("label".to_owned(), Value::Lines(vec![label]))].into() }
}

impl<'w> Work<'w> {
    pub(super) fn send(&mut self, words: Words, keyboard: Option<SaidKeyboard>) {
        self.send_said(Said { words, keyboard, picture: None });
    }

    pub(super) fn send_said(&mut self, Said { words, keyboard, picture }: Said) {
        let keyboard = match keyboard {
            None if self.state.keyboard_up => {
                self.state.keyboard_up = false;
                Some(SaidKeyboard { style: Style::Remove, buttons: Vec::new(), free: false })
            }
            other => other,
        };
        self.state.keyboard_up |= keyboard.as_ref().is_some_and(|keyboard| keyboard.style == Style::Reply);
        self.state.seq = self.state.seq.wrapping_add(1);
        self.effects.push(Effect::Send { seq: self.state.seq, said: Said { words, keyboard, picture } });
    }

    /// A text of the top run's frame.
    pub(super) fn words(&self, key: &str) -> Words {
        let found = self.state.runs.last().and_then(|run| self.frame_words(run, key));
        found.unwrap_or_else(|| Words::plain(key))
    }

    fn frame_words(&self, run: &Run, key: &str) -> Option<Words> {
        let frame = run.frames.last()?;
        let flow = self.program.flow(&frame.hash)?;
        let names = self.program.locales().arguments(key);
        let args = names.iter().filter_map(|name| Some((name.clone(), argument(flow, frame, name)?)));
        Some(Words { key: key.to_owned(), args: args.collect() })
    }

    /// The attribute of the step's text, if any language has it, else the text that all flows share.
    pub(super) fn words_or(&self, key: &str, attribute: &str, global: &str) -> Words {
        let own = format!("{key}.{attribute}");
        if self.program.locales().has(&own) { self.words(&own) } else { Words::plain(global) }
    }

    /// The question of the top run, with its buttons.
    pub(super) fn ask_now(&mut self, ask: &'w Ask) {
        let said = self.question(ask);
        self.send_said(said);
    }

    /// A picture, with what the text says of it.
    pub(super) fn picture(key: &str, picture: Option<&Pictured>) -> Option<SaidPicture> {
        let picture = picture?;
        Some(SaidPicture { name: picture.name.clone(), alt: Words::plain(format!("{key}.alt")) })
    }

    /// A question with its buttons.
    pub(super) fn question(&self, ask: &Ask) -> Said {
        let picture = Self::picture(&ask.key, ask.picture.as_ref());
        Said { words: self.question_words(ask), keyboard: self.keyboard(ask, false), picture }
    }

    /// The message whose button was pressed says this from now on.
    pub(super) fn edit(&mut self, said: Said) {
        self.state.seq = self.state.seq.wrapping_add(1);
        self.effects.push(Effect::Edit { seq: self.state.seq, said });
    }

    /// The current question again; that a call is under way; nothing when nobody waits for an answer.
    pub(super) fn ask_again(&mut self) {
        match self.state.runs.last().map(|run| &run.waits) {
            Some(Waits::Answer) => {
                if let Some(ask) = self.asked() {
                    self.ask_now(ask);
                }
            }
            Some(Waits::Reply { .. }) => self.busy(),
            _ => self.ignore("nothing is being asked"),
        }
    }

    /// A command does not work here: the question comes first.
    pub(super) fn first_this(&mut self) {
        self.send(Words::plain("global-first_this"), None);
        self.ask_again();
    }

    /// A form that is half filled in goes on where it stands.
    pub(super) fn resume(&mut self) {
        self.send(Words::plain("global-resumed"), None);
        self.ask_again();
    }

    pub(super) fn busy(&mut self) {
        let words = match self.here() {
            Some((flow, step)) => self.words_or(&format!("{}-{}", flow.name, step.name), "busy", "global-busy"),
            None => Words::plain("global-busy"),
        };
        self.send(words, None);
    }

    /// A kind word about what nobody asked for; a kind that has words of its own gets those: `global-unsupported.voice`.
    pub(super) fn unasked(&self, heard: &Heard) -> Words {
        match heard {
            Heard::Contact { .. } => Words::plain("global-contact"),
            Heard::Attachment(kind) | Heard::Unsupported(kind) => {
                self.words_or("global-unsupported", kind, "global-unsupported")
            }
            Heard::Text(_) => Words::plain("global-invalid"),
        }
    }

    /// The question of the top run, if it waits for an answer.
    pub(super) fn asked(&self) -> Option<&'w Ask> {
        self.asked_in(self.state.runs.last()?)
    }

    /// The question of a run, if it waits for an answer.
    pub(super) fn asked_in(&self, run: &Run) -> Option<&'w Ask> {
        match (&run.waits, &self.stands(run)?.1.does) {
            (Waits::Answer, Does::Ask(ask)) => Some(ask),
            (Waits::Answer, Does::Form(form)) => {
                let filling = run.frames.last()?.filling.as_ref()?;
                form::ask_at(form, &filling.at)
            }
            _ => None,
        }
    }

    /// What a question of the top run offers to choose from.
    pub(super) fn choices(&self, ask: &Ask) -> Vec<Choice<'w>> {
        self.offered(ask)
            .into_iter()
            .map(|(option, value, label)| {
                let synonyms = format!("{}.o-{option}-words", ask.key);
                Choice { words: self.spellings(&synonyms), label: self.folded(&label), option, value }
            })
            .collect()
    }

    /// The buttons beside a free answer.
    pub(super) fn side_buttons(&self, ask: &Ask) -> Vec<Choice<'w>> {
        let choice = |button: &String| {
            let label = self.words(&format!("{}.b-{button}", ask.key));
            let words = self.spellings(&format!("{}.b-{button}-words", ask.key));
            Choice { option: button.clone(), value: Value::from(button.as_str()), label: self.folded(&label), words }
        };
        ask.buttons.iter().map(choice).collect()
    }

    /// All that can be pressed or answered by its number, in the keyboard's order.
    pub(super) fn shown(&self, ask: &Ask) -> Shown<'w> {
        let stuck = self.state.runs.last().is_some_and(|run| run.stuck);
        let ways_out = self.ways_out(ask).filter(|_| stuck).map(|(command, _)| command.to_owned()).collect();
        let controls = self.controls(ask).into_iter().map(|control| self.control_choice(ask, control)).collect();
        Shown { choices: self.choices(ask), buttons: self.side_buttons(ask), controls, ways_out }
    }

    fn control_choice(&self, ask: &Ask, control: Control) -> Choice<'w> {
        let (option, label) = (control.option(), self.folded(&self.control_label(ask, control)));
        let words = self.spellings(&format!("{}.words", control.label()));
        Choice { option: option.to_owned(), value: Value::from(option), label, words }
    }

    /// `.skip` of the question, else what all forms say.
    fn control_label(&self, ask: &Ask, control: Control) -> Words {
        match control {
            Control::Skip => self.words_or(&ask.key, "skip", control.label()),
            _ => Words::plain(control.label()),
        }
    }

    /// The commands that a stuck question offers, with the keys of their labels.
    fn ways_out(&self, ask: &Ask) -> impl Iterator<Item = (&'w str, String)> {
        let (locales, open) = (self.program.locales(), ask.interrupt);
        let labelled = self.program.ways_out().map(|command| (command, format!("global-{command}.label")));
        labelled.filter(move |(_, label)| open && locales.has(label))
    }

    fn folded(&self, label: &Words) -> Cow<'w, str> {
        let About { lang, tone } = self.env.about;
        if let Some(spelled) = self.program.spelled(lang, *tone, &label.key) {
            return Cow::Borrowed(&spelled.whole);
        }
        let text = self.program.locales().words(lang, label, *tone, &|value| self.env.names.read(value));
        Cow::Owned(fold(&text.unwrap_or_default()))
    }

    fn spellings(&self, synonyms: &str) -> &'w [String] {
        let About { lang, tone } = self.env.about;
        self.program.spelled(lang, *tone, synonyms).map_or(&[], |spelled| &spelled.parts)
    }

    /// Whether a text is the label of a button that the current question shows: typed or pressed on a reply keyboard, it is that
    /// button, whatever command it may otherwise be.
    pub(super) fn shows(&self, text: &str) -> bool {
        let folded = fold(text);
        let Some(ask) = self.asked().filter(|_| !folded.is_empty()) else { return false };
        let Shown { choices, buttons, controls, .. } = self.shown(ask);
        choices.iter().chain(&buttons).chain(&controls).any(|choice| choice.label == folded)
    }

    /// Option, value, label.
    pub(super) fn offered(&self, ask: &Ask) -> Vec<(String, Value, Words)> {
        match &ask.answer {
            Answer::Choice { of, options } => {
                let named = of.iter().map(|option| {
                    let label = self.words(&format!("{}.o-{option}", ask.key));
                    (option.clone(), Value::from(option.as_str()), label)
                });
                let listed = options.as_ref().and_then(|options| self.value(&options.expr));
                let listed = self.listed(ask, listed);
                listed.into_iter().chain(self.editable()).chain(named).collect()
            }
            Answer::Choices { of, .. } => of
                .iter()
                .map(|option| {
                    let label = self.words(&format!("{}.o-{option}", ask.key));
                    (option.clone(), Value::from(option.as_str()), label)
                })
                .collect(),
            Answer::Scale { from, to } => (*from..=*to)
                .map(|mark| (mark.to_string(), Value::Number(mark), self.option_words(ask, Value::Number(mark))))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn listed(&self, ask: &Ask, list: Option<Value>) -> Vec<(String, Value, Words)> {
        let Some(Value::List(records)) = list else { return Vec::new() };
        let option = |(i, record): (usize, Value)| match record {
            Value::Record(mut fields) => {
                let label = fields.remove("label")?;
                Some((i.to_string(), fields.remove("value")?, self.option_words(ask, label)))
            }
            _ => None,
        };
        records.into_iter().enumerate().filter_map(option).collect()
    }

    /// The label of an option that is data: `.option` of the step, else `global-option`; its argument is `$label`.
    fn option_words(&self, ask: &Ask, label: Value) -> Words {
        let own = format!("{}.option", ask.key);
        let key = if self.program.locales().has(&own) { own } else { "global-option".to_owned() };
        Words { key, args: [("label".to_owned(), label)].into() }
    }

    /// Whether this person gets the button that opens the mini app.
    fn is_offered(&self, app: &AppButton) -> bool {
        app.when.as_ref().is_none_or(|when| self.value(&when.expr) == Some(Value::Flag(true)))
    }

    /// The buttons of a question; with the ways out when it is `stuck`.
    pub(super) fn keyboard(&self, ask: &Ask, stuck: bool) -> Option<SaidKeyboard> {
        let run = self.state.runs.last()?;
        let press = |option: &str| Offer::Plain(Press::Press(token::make(&run.id, run.wait, option)));
        let mut buttons = Vec::new();
        let own = ask.answer.wants_own_contact();
        if own {
            let label = self.words_or(&ask.key, "share", "global-share_phone");
            buttons.push(SaidButton { label, does: Offer::Plain(Press::ShareContact) });
        }
        if let Some(app) = ask.app.as_ref().filter(|app| self.is_offered(app)) {
            buttons.push(SaidButton { label: self.words(&format!("{}.b-{}", ask.key, app.name)), does: Offer::App });
        }
        let offered = self.offered(ask).into_iter();
        buttons.extend(offered.map(|(option, _, label)| {
            let label = if matches!(ask.answer, Answer::Choices { .. }) { marked(label, run, &option) } else { label };
            SaidButton { label, does: press(&option) }
        }));
        buttons.extend(
            ask.buttons.iter().map(|button| SaidButton {
                label: self.words(&format!("{}.b-{button}", ask.key)),
                does: press(button),
            }),
        );
        buttons.extend(
            self.controls(ask)
                .into_iter()
                .map(|control| SaidButton { label: self.control_label(ask, control), does: press(control.option()) }),
        );
        if stuck {
            buttons.extend(self.ways_out(ask).map(|(command, label)| SaidButton {
                label: Words::plain(label),
                does: press(&format!("/{command}")),
            }));
        }
        let style = if own { Style::Reply } else { Style::Inline };
        let free = answer::takes_numbers(&ask.answer, buttons.len());
        (!buttons.is_empty()).then_some(SaidKeyboard { style, buttons, free })
    }
}

//! One step: what is said there, and the ways to it and from it.

use maud::{Markup, html};

use super::{Book, Shelf, anchor, phone};
use crate::{
    author::scene::{Scene, Spoken},
    flow::{
        When,
        outline::{Asked, Kind, Part, To, Way},
    },
};

/// A step as a part of its flow's page.
pub(super) struct Leaf<'l> {
    pub scene: &'l Scene<'l>,
    pub shelf: &'l Shelf<'l>,
    pub words: &'l Book,
}

impl Leaf<'_> {
    /// The whole step.
    pub fn step(&self, i: usize, part: &Part) -> Markup {
        let lang = &self.scene.lang;
        let id = anchor(lang, &part.name);
        let spoken = self.scene.spoken.get(i).map_or(&[][..], Vec::as_slice);
        html! {
            section class=(format!("step {}", part.kind.as_str())) id=(id) aria-labelledby=(format!("{id}-name")) {
                header {
                    h3 id=(format!("{id}-name")) { a href=(format!("#{id}")) { (part.name) } }
                    p class="kind" { (self.scene.words.kind(part.kind)) @if !part.with.is_empty() { " " (self.with(part)) } }
                    p class="line" { (self.words.line) " " (part.line) }
                }
                (self.messages(part, &spoken.iter().filter(|said| said.question.is_none()).collect::<Vec<_>>()))
                @for question in &part.questions {
                    (self.question(part, question, &spoken.iter().filter(|said| said.question.as_ref() == Some(&question.id)).collect::<Vec<_>>()))
                }
                div class="ways" {
                    (self.led(i))
                    (self.onward(part))
                }
            }
        }
    }

    fn with(&self, part: &Part) -> Markup {
        let link = self.shelf.link(&part.with).filter(|_| part.kind == Kind::Run);
        html! { @if let Some(link) = link { a href=(link) { (part.with) } } @else { code { (part.with) } } }
    }

    fn question(&self, part: &Part, question: &Asked, spoken: &[&Spoken]) -> Markup {
        html! {
            div class="question" {
                h4 { (question.id) " " span class="kind" { (self.words.question) " " code { (question.with) } } }
                @if let Some(when) = &question.when { p class="note" { (self.scene.words.only_if) " " code { (when) } } }
                @if question.optional { p class="note" { (self.scene.words.optional) } }
                (self.messages(part, spoken))
            }
        }
    }

    /// What is said first at once, everything else behind a word.
    fn messages(&self, part: &Part, spoken: &[&Spoken]) -> Markup {
        let leads = |label: &str| self.leads(part, label);
        let (first, more): (Vec<&Spoken>, Vec<&Spoken>) = spoken.iter().partition(|said| said.when == When::Entered);
        html! {
            @for said in &first {
                (phone::both(&said.message, &leads, self.words))
                @if let Some(adult) = &said.adult {
                    details { summary { (self.words.adult) } (phone::both(adult, &leads, self.words)) }
                }
                @for plain in &said.plain {
                    details { summary { (self.words.plain) } (phone::both(plain, &leads, self.words)) }
                }
                @if let Some(old) = phone::old(&said.message, self.words) {
                    details { summary { (self.words.old) } (old) }
                }
            }
            @if !more.is_empty() {
                details {
                    summary { (self.words.more) ": " (self.list(&more)) }
                    @for said in &more {
                        p class="when" { (self.scene.words.when(said.when)) }
                        (phone::both(&said.message, &leads, self.words))
                    }
                }
            }
        }
    }

    fn list(&self, more: &[&Spoken]) -> String {
        let names: Vec<_> = more.iter().map(|said| self.scene.words.when(said.when).to_lowercase()).collect();
        names.join(", ")
    }

    /// The address of the step that a button leads to.
    fn leads(&self, part: &Part, label: &str) -> Option<String> {
        let shown = label.trim_end_matches('…');
        let fits = |way: &&Way| {
            let whole = self.scene.way(way);
            whole == label || label.ends_with('…') && whole.starts_with(shown)
        };
        self.address(&part.ways.iter().find(fits)?.to)
    }

    fn address(&self, to: &To) -> Option<String> {
        matches!(to, To::Step(_)).then(|| format!("#{}", anchor(&self.scene.lang, &self.scene.to(to))))
    }

    fn onward(&self, part: &Part) -> Markup {
        html! {
            @if !part.ways.is_empty() {
                div {
                    h4 { (self.words.onward) }
                    ul {
                        @for way in &part.ways {
                            @let label = self.scene.way(way);
                            li class=[way.why.is_timer().then_some("timer")] {
                                @if !label.is_empty() { span class="why" { (label) } " → " }
                                @match self.address(&way.to) {
                                    Some(address) => { a href=(address) { (self.scene.to(&way.to)) } }
                                    None => { span class="out" { (self.scene.to(&way.to)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn led(&self, i: usize) -> Markup {
        let led = self.scene.led(i);
        let name = |from: usize| self.scene.outline.steps.get(from).map_or("", |part| part.name.as_str());
        let mut from: Vec<&str> = led.iter().map(|(from, _)| name(*from)).collect();
        from.dedup();
        html! {
            div {
                h4 { (self.words.from) }
                ul {
                    @if i == 0 { li { (self.words.first) } }
                    @for from in from { li { a href=(format!("#{}", anchor(&self.scene.lang, from))) { (from) } } }
                }
            }
        }
    }
}

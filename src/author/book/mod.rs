//! Flows as pages: what the bot says at every step, as either messenger shows it, and where each answer leads.
//!
//! A page needs nothing but itself: no server, no network, hardly a script.

use maud::Markup;

use super::{scene::Scene, words::Interface};
use crate::flow::{Program, Source};

mod flow;
mod index;
mod page;
mod phone;
mod step;
mod talk;
mod words;

use words::Book;

/// A page: its file's name and its text.
pub type Page = (String, String);

/// The pages of these flows; of all of them with an index.
///
/// # Errors
/// There is no such flow.
pub fn pages(program: &Program, chats: &[Source], flow: Option<&str>) -> Result<Vec<Page>, String> {
    let languages: Vec<&str> = program.locales().languages().collect();
    let names: Vec<&str> = flow.map_or_else(|| program.names().collect(), |flow| vec![flow]);
    let shelf = Shelf { names: &names, whole: flow.is_none() };
    let mut pages = Vec::new();
    for name in &names {
        let mut insides: Vec<(&str, Markup)> = Vec::new();
        for lang in &languages {
            insides.push((lang, flow::inside(&Scene::new(program, chats, name, lang)?, program, chats, &shelf)));
        }
        pages.push((format!("{name}.html"), page::page(name, (shelf.whole, true), &insides)));
    }
    if shelf.whole {
        let mut insides: Vec<(&str, Markup)> = Vec::new();
        for lang in &languages {
            insides.push((lang, index::inside(program, chats, lang)?));
        }
        let title = Book::of(languages.first().unwrap_or(&"")).index;
        pages.push(("index.html".to_owned(), page::page(title, (false, false), &insides)));
    }
    Ok(pages)
}

/// The pages that there are to link to.
struct Shelf<'s> {
    names: &'s [&'s str],
    whole: bool,
}

impl Shelf<'_> {
    fn link(&self, flow: &str) -> Option<String> {
        self.names.contains(&flow).then(|| format!("{flow}.html"))
    }
}

/// The address of a step on a page of this language.
fn anchor(lang: &str, step: &str) -> String {
    format!("{lang}-{step}")
}

/// A flow for the terminal: its steps, what they say, where they lead.
///
/// # Errors
/// There is no such flow.
pub fn told(program: &Program, chats: &[Source], flow: &str, lang: &str) -> Result<String, String> {
    let scene = Scene::new(program, chats, flow, lang)?;
    let words = Interface::of(lang);
    let mut lines = vec![format!("{} ({})", scene.outline.name, scene.outline.file)];
    for (i, part) in scene.outline.steps.iter().enumerate() {
        let with = if part.with.is_empty() { String::new() } else { format!(" {}", part.with) };
        lines.push(format!("\n{}: {}{with}", part.name, words.kind(part.kind)));
        let first = scene.first_words(i, part);
        lines.extend((first != part.with && !first.is_empty()).then(|| format!("  {first}")));
        for way in &part.ways {
            let (label, to) = (scene.way(way), scene.to(&way.to));
            lines.push(if label.is_empty() { format!("  → {to}") } else { format!("  {label} → {to}") });
        }
    }
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests;

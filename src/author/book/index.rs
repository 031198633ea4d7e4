//! The page of all flows.

use maud::{Markup, html};

use super::Book;
use crate::{
    author::{
        picture::Picture,
        scene::{Scene, Spoken, first_words},
    },
    flow::{
        Program, Source, When,
        chat::{self, Line},
    },
};

/// The page in one language.
///
/// # Errors
/// Never: every flow that is named is there.
pub(super) fn inside(program: &Program, chats: &[Source], lang: &str) -> Result<Markup, String> {
    let words = Book::of(lang);
    let scenes: Vec<_> =
        program.names().map(|name| Scene::new(program, chats, name, lang)).collect::<Result<_, String>>()?;
    let picture = Picture::of_flows(program, lang, &|name| Some(format!("{name}.html")));
    let (drawing, _) = picture.inline(&format!("{lang}--picture"));
    Ok(html! {
        main {
            h1 { (words.index) }
            p class="lead" { (words.lead) }
            ul class="cards" {
                @for scene in &scenes {
                    li {
                        h2 { a href=(format!("{}.html", scene.outline.name)) { (scene.outline.name) } }
                        p { (first(scene, chats)) }
                        @if program.is_draft(&scene.outline.name) { p class="note" { (words.draft) } }
                        p class="note" { (words.steps) ": " (scene.outline.steps.len()) " · " (words.outcomes) ": " (scene.outline.outcomes.join(", ")) }
                    }
                }
            }
            section {
                h2 id=(format!("{lang}--map")) { (words.map) }
                figure class="diagram" {
                    div class="scroll" role="region" tabindex="0" aria-labelledby=(format!("{lang}--map")) {
                        (drawing)
                    }
                }
            }
        }
    })
}

/// What the flow says first: in its first conversation, else in its first step that speaks.
fn first(scene: &Scene<'_>, chats: &[Source]) -> String {
    let told = chat::told(chats, &scene.outline.name);
    let said = |line: &Line| if let Line::Bot(text, _) = line { Some(first_words(text)) } else { None };
    let own = told.iter().filter(|told| told.lang == scene.lang).find_map(|told| told.lines.iter().find_map(said));
    let speaks = || {
        let speaks = |spoken: &Vec<Spoken>| spoken.iter().any(|said| said.when == When::Entered);
        let i = scene.spoken.iter().position(speaks)?;
        Some(scene.first_words(i, scene.outline.steps.get(i)?))
    };
    own.or_else(speaks).unwrap_or_default()
}

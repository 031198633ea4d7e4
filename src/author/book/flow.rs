//! The page of a flow.

use maud::{Markup, html};

use super::{Book, Shelf, anchor, page::steps_of, step::Leaf, talk};
use crate::{
    author::{picture::Picture, scene::Scene},
    flow::{
        Program, Source,
        chat::{self, Told},
        outline::Part,
    },
};

/// A drawing of so many pixels is still readable within a page's width.
const READABLE: f64 = 1_900.0;

/// The page in one language.
pub(super) fn inside(scene: &Scene<'_>, program: &Program, chats: &[Source], shelf: &Shelf<'_>) -> Markup {
    let (outline, lang, words) = (&scene.outline, scene.lang.as_str(), Book::of(&scene.lang));
    let leaf = Leaf { scene, shelf, words };
    let picture = Picture::of_scene(scene, &|part: &Part| Some(format!("#{}", anchor(lang, &part.name))));
    let (drawing, width) = picture.inline(&format!("{lang}--picture"));
    let steps = steps_of(lang);
    let told = conversations(chats, &outline.name, lang);
    html! {
        main {
            h1 { (outline.name) }
            @if program.is_draft(&outline.name) { p class="note" { (words.draft) } }
            (facts(scene, program, shelf))
            section {
                h2 id=(format!("{lang}--diagram")) { (words.diagram) }
                figure class="diagram" {
                    label class="fit" { input type="checkbox" checked[width < READABLE]; " " (words.fit) }
                    div class="scroll" role="region" tabindex="0" aria-labelledby=(format!("{lang}--diagram")) {
                        (drawing)
                    }
                    figcaption { (words.hint) }
                }
            }
            div class="columns" {
                nav class="contents" aria-label=(words.contents) {
                    ol { @for part in &outline.steps { li { a href=(format!("#{}", anchor(lang, &part.name))) { (part.name) } } } }
                }
                section class="steps" aria-labelledby=(steps) {
                    h2 id=(steps) tabindex="-1" { (words.steps) }
                    p class="note" { (words.samples) }
                    @for (i, part) in outline.steps.iter().enumerate() { (leaf.step(i, part)) }
                }
            }
            @if !told.is_empty() {
                section aria-labelledby=(format!("{lang}--talks")) {
                    h2 id=(format!("{lang}--talks")) { (words.talks) }
                    div class="talks" { (talk::talks(&told, words, scene.words)) }
                }
            }
        }
    }
}

/// Those in this language; where there are none, all.
fn conversations(chats: &[Source], flow: &str, lang: &str) -> Vec<Told> {
    let all = chat::told(chats, flow);
    let own: Vec<_> = all.iter().filter(|told| told.lang == lang).cloned().collect();
    if own.is_empty() { all } else { own }
}

fn facts(scene: &Scene<'_>, program: &Program, shelf: &Shelf<'_>) -> Markup {
    let (outline, words) = (&scene.outline, Book::of(&scene.lang));
    let runs: Vec<&str> = once(outline.runs());
    let by = program
        .names()
        .filter(|name| program.outline(name).is_ok_and(|other| other.runs().any(|run| run == outline.name)));
    let by: Vec<&str> = by.collect();
    let flows = |names: &[&str]| {
        html! {
            @for (i, name) in names.iter().enumerate() {
                @if i > 0 { ", " }
                @if let Some(link) = shelf.link(name) { a href=(link) { (name) } } @else { (name) }
            }
        }
    };
    html! {
        dl class="facts" {
            div { dt { "YAML" } dd { code { (outline.file) } } }
            @if !outline.args.is_empty() {
                div { dt { (words.takes) } dd { @for (i, (name, of)) in outline.args.iter().enumerate() {
                    @if i > 0 { ", " }
                    code { (name) ": " (of) }
                } } }
            }
            div { dt { (words.outcomes) } dd { (outline.outcomes.join(", ")) } }
            @if let Some(expires) = outline.expires { div { dt { (words.expires) } dd { (scene.words.lasts(expires)) } } }
            @if !runs.is_empty() { div { dt { (words.runs) } dd { (flows(&runs)) } } }
            @if !by.is_empty() { div { dt { (words.run_by) } dd { (flows(&by)) } } }
        }
    }
}

/// Each once, in the order in which they come.
fn once<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut once = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

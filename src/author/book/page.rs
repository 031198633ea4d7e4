//! What all pages have: head, languages, styles.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Book;
use crate::author::picture;

const STYLE: &str = include_str!("book.css");
const PHONES: &str = include_str!("phone.css");
const SCRIPT: &str = include_str!("book.js");

/// A page with its inside in each language; whether there is an index beside it, and whether it has steps.
pub(super) fn page(title: &str, (indexed, steps): (bool, bool), insides: &[(&str, Markup)]) -> String {
    let first = insides.first().map_or("ru", |(lang, _)| *lang);
    let page = html! {
        (DOCTYPE)
        html lang=(first) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · provodnik" }
                style { (PreEscaped(STYLE)) (PreEscaped(PHONES)) (PreEscaped(picture::STYLE)) (PreEscaped(shown(insides))) }
            }
            body {
                header class="bar" {
                    @if steps {
                        @for (lang, _) in insides {
                            a class="skip in" lang=(lang) data-lang=(lang) href=(format!("#{}", steps_of(lang))) { (Book::of(lang).skip) }
                        }
                    }
                    @if indexed { a class="brand" href="index.html" { "provodnik" } } @else { span class="brand" { "provodnik" } }
                    fieldset class="langs" {
                        legend class="quiet" { "Язык · Language" }
                        @for (lang, _) in insides {
                            label lang=(lang) {
                                input type="radio" name="lang" id=(format!("lang-{lang}")) value=(lang) checked[*lang == first];
                                span { (name(lang)) }
                            }
                        }
                    }
                }
                @for (lang, inside) in insides {
                    div class="in" lang=(lang) data-lang=(lang) { (inside) }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// The address of the steps in a language.
pub(super) fn steps_of(lang: &str) -> String {
    format!("{lang}--steps")
}

/// Only the chosen language is seen: that needs no script.
fn shown(insides: &[(&str, Markup)]) -> String {
    let chosen = insides
        .iter()
        .map(|(lang, _)| format!("body:has(#lang-{lang}:checked) .in[data-lang=\"{lang}\"]{{display:block}}\n"));
    chosen.collect()
}

fn name(lang: &str) -> &str {
    match lang {
        "ru" | "en" => Book::of(lang).name,
        other => other,
    }
}

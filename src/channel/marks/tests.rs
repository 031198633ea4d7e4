use proptest::prelude::*;

use super::*;

fn shown(source: &str) -> (String, Vec<(String, &'static str)>) {
    let marked = read(source);
    let name = |mark: &Mark| match mark {
        Mark::Bold => "bold",
        Mark::Italic => "italic",
        Mark::Link(_) => "link",
    };
    let spans = marked.spans.iter().map(|span| (marked.text[span.range.clone()].to_owned(), name(&span.mark)));
    (marked.text.clone(), spans.collect())
}

fn with(text: &str, spans: &[(&str, &'static str)]) -> (String, Vec<(String, &'static str)>) {
    (text.to_owned(), spans.iter().map(|(words, name)| ((*words).to_owned(), *name)).collect())
}

#[test]
fn marks_stand_out_and_go_away() {
    assert_eq!(shown("Привет, *Аня*!"), with("Привет, Аня!", &[("Аня", "bold")]));
    assert_eq!(shown("*жирно и _криво_*"), with("жирно и криво", &[("жирно и криво", "bold"), ("криво", "italic")]));
    assert_eq!(shown("см. [правила](https://bvb.ru/r)."), with("см. правила.", &[("правила", "link")]));
}

#[test]
fn what_only_looks_like_a_mark_stays() {
    for text in
        ["snake_case_name", "2 * 3 * 4", "+7 916 ***-**-67", "*открыто", "[нет](javascript:alert)", "[", "a]b", "**"]
    {
        assert_eq!(shown(text), with(text, &[]), "{text}");
    }
    assert_eq!(shown(r"\*не жирно\* и \\"), with(r"*не жирно* и \", &[]));
}

#[test]
fn spans_never_cross() {
    assert_eq!(shown("*a _b* c_"), with("a _b c_", &[("a _b", "bold")]));
}

#[test]
fn plain_text_tells_the_address() {
    assert_eq!(plain(&read("*См.* [правила](https://bvb.ru/r), да")), "См. правила: https://bvb.ru/r, да");
    assert_eq!(plain(&read("[https://bvb.ru](https://bvb.ru)")), "https://bvb.ru");
}

#[test]
fn a_long_text_breaks_at_a_border() {
    let parts = read("первый абзац\n\nвторой *абзац длиннее*").split(22);
    let texts: Vec<_> = parts.iter().map(|part| part.text.as_str()).collect();
    assert_eq!(texts, ["первый абзац", "второй абзац длиннее"]);
    assert_eq!(parts[1].spans, [Span { range: "второй ".len().."второй абзац длиннее".len(), mark: Mark::Bold }]);
}

proptest! {
    #[test]
    fn an_escaped_value_is_shown_as_it_is(value in r"[\\*_\[\]()a-zа-я😀 .:/-]{0,40}") {
        prop_assert_eq!(read(&escape(&value)), Marked { text: value, spans: vec![] });
    }

    #[test]
    fn splitting_keeps_every_word_and_the_limit(source in r"[a-zа-я😀*_ \n]{0,300}", max in 2usize..60) {
        let marked = read(&source);
        let parts = marked.split(max);
        for part in &parts {
            prop_assert!(units(&part.text) <= max && !part.text.trim().is_empty());
            for span in &part.spans {
                prop_assert!(part.text.get(span.range.clone()).is_some_and(|words| !words.is_empty()));
            }
        }
        let all = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
        let joined: String = parts.iter().map(|part| part.text.as_str()).collect();
        prop_assert_eq!(all(&joined), all(&marked.text));
    }
}

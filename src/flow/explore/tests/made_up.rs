//! Flows that chance makes up: what the check lets pass, a walk finds nothing wrong with.

use super::*;

#[derive(Clone, Debug)]
enum Kind {
    Say,
    Choice(usize, usize),
    Number(usize),
    Text(usize, usize),
    Branch(i64, usize, usize),
    Who([usize; 4]),
    Nap(usize),
    Signal(usize, usize),
    Form(usize),
    Help(usize),
    End,
}

fn kind() -> impl Strategy<Value = Kind> {
    let to = || 0_usize..7;
    prop_oneof![
        Just(Kind::Say),
        (to(), to()).prop_map(|(a, b)| Kind::Choice(a, b)),
        to().prop_map(Kind::Number),
        (to(), to()).prop_map(|(a, b)| Kind::Text(a, b)),
        (0_i64..6, to(), to()).prop_map(|(n, a, b)| Kind::Branch(n, a, b)),
        [to(), to(), to(), to()].prop_map(Kind::Who),
        to().prop_map(Kind::Nap),
        (to(), to()).prop_map(|(a, b)| Kind::Signal(a, b)),
        to().prop_map(Kind::Form),
        to().prop_map(Kind::Help),
        Just(Kind::End),
    ]
}

/// A step of that kind; the last one is always an end.
fn written(nth: usize, kind: &Kind, of: usize) -> String {
    let to = |n: &usize| format!("s{}", n % of);
    match kind {
        Kind::Say => format!("{{ say: s{nth} }}"),
        Kind::Choice(a, b) => {
            format!("{{ ask: choice, of: [a, b], remind: [1h], next: {{ a: {}, b: {} }} }}", to(a), to(b))
        }
        Kind::Number(a) => {
            format!("{{ ask: number, min: 0, max: 5, timeout: {{ after: 1d, to: s{} }}, next: {} }}", of - 1, to(a))
        }
        Kind::Text(a, b) => {
            format!(
                "{{ ask: text, max: 20, buttons: [b], attempts: {{ max: 2, to: {} }}, next: {{ answer: {}, b: {} }} }}",
                to(b),
                to(a),
                to(b)
            )
        }
        Kind::Branch(n, a, b) => format!("{{ branch: [{{ if: many >= {n}, to: {} }}, {{ to: {} }}] }}", to(a), to(b)),
        Kind::Who([a, b, c, d]) => {
            format!(
                "{{ call: people.who, next: {{ nobody: {}, pupil: {}, adult: {}, staff: {}, school: {} }} }}",
                to(a),
                to(b),
                to(c),
                to(d),
                to(d)
            )
        }
        Kind::Nap(a) => format!("{{ wait: {{ for: 2h }}, next: {} }}", to(a)),
        Kind::Signal(a, b) => format!(
            "{{ wait: {{ signal: seat, for: 2h, gives: {{ left: number }} }}, save: s{nth}, next: {{ signal: {}, timeout: {} }} }}",
            to(a),
            to(b)
        ),
        Kind::Form(a) => format!(
            "{{ form: {{ back: true, review: true }}, questions: [{{ id: q{nth}, type: scale, from: 1, to: 2 }}, \
             {{ id: r{nth}, type: choices, of: [a, b], when: q{nth} > 1, optional: true }}], next: {} }}",
            to(a)
        ),
        Kind::Help(a) => format!("{{ run: help, next: {{ done: {} }} }}", to(a)),
        Kind::End => "{ end: done }".to_owned(),
    }
}

fn words(steps: usize) -> String {
    let options = "\n    .o-a = Раз\n    .o-b = Два\n    .b-b = Два\n    .remind-1 = Ну?\n";
    let each = (0..steps).flat_map(|n| ["s", "q", "r"].map(|of| format!("odd-{of}{n} = {of}{n}?{options}")));
    each.collect()
}

/// The flow, if the check lets it pass.
fn made(kinds: &[Kind]) -> Option<Program> {
    let of = kinds.len() + 1;
    let steps: Vec<_> = kinds
        .iter()
        .chain([&Kind::End])
        .enumerate()
        .map(|(nth, kind)| format!("  s{nth}: {}\n", written(nth, kind, of)))
        .collect();
    let flow = format!("flow: odd\nargs: {{ many: number }}\noutcomes: [done]\nsteps:\n{}", steps.concat());
    let all = [("_global", GLOBAL), ("home", HOME), ("help", HELP), ("odd", flow.as_str())];
    let flows: Vec<_> = all.map(|(name, text)| (format!("flows/{name}.yaml"), text.to_owned())).into();
    let words = ("locales/ru/all.ftl".to_owned(), check::filled(&format!("{WORDS}{}", words(of))));
    let (program, faults) = check::program(&flows, &[words]);
    program.filter(|_| !faults.iter().any(crate::fault::Fault::is_error))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_global_rejects: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn what_the_check_lets_pass_holds(kinds in prop::collection::vec(kind(), 1..6), seed: u64) {
        let program = made(&kinds);
        prop_assume!(program.is_some());
        let program = program.unwrap();
        let judge = |shown: Shown<'_>| match shown {
            Shown::Message(said) => program.locales().lacking("ru", &said.words, Tone::default()),
            Shown::Toast(words) => program.locales().lacking("ru", words, Tone::default()),
        };
        let report = explore(&program, &[], &Options { flow: Some("odd"), turns: 150, seed }, &judge).unwrap();
        prop_assert!(report.failures.is_empty(), "{:#?}", report.failures);
    }
}

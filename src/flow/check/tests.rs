use super::*;

const GLOBAL: &str = "start: home\n";
const HOME: &str = "flow: home\noutcomes: [done]\nsteps:\n  hello: { say: hello, end: done }\n";
const WORDS: &str = "global-restarted = 1
global-stale = 2
global-first_this = 2
global-busy = 3
global-invalid = 4
global-stuck = 5
global-contact = 6
global-foreign = 10
global-unsupported = 7
global-option = { $label }
global-share_phone = 8
home-hello = Привет
";

/// The faults of one flow `test` beside a sound home, as `line:column: what (help)`.
fn faults(flow: &str, words: &str) -> Vec<String> {
    let flows = [("_global", GLOBAL), ("home", HOME), ("test", flow)];
    let flows = flows.map(|(name, text)| (format!("flows/{name}.yaml"), text.to_owned()));
    let (_, faults) = program(&flows, &[("locales/ru/all.ftl".to_owned(), format!("{}{words}", filled(WORDS)))]);
    let faults = faults.iter().filter(|fault| !is_idle(fault));
    faults.map(|fault| fault.to_string().replace("flows/test.yaml:", "")).collect()
}

/// Nothing begins the flow of a test.
fn is_idle(fault: &Fault) -> bool {
    matches!(fault.kind, Kind::IdleFlow { .. } | Kind::UnusedAnswer { .. })
}

fn steps(steps: &str) -> String {
    format!("flow: test\noutcomes: [done]\nsteps:\n{steps}")
}

#[test]
fn a_sound_flow_has_no_fault() {
    let flow = steps("  name: { ask: text, max: 9 }\n  hello: { say: hello, end: done }\n");
    assert_eq!(faults(&flow, "test-name = Имя?\ntest-hello = Привет, { $name }\n"), [""; 0]);
}

#[test]
fn mistyped_names_are_found_and_guessed() {
    let flow = steps(
        "  pick: { ask: choice, of: [yes, no], next: { yes: thanks, no: thnks } }
  call: { call: people.whoo, next: thanks }
  who: { call: people.who, save: me, next: { nobody: thanks, pupl: thanks, adult: thanks, school: thanks, teacher: thanks, staff: thanks } }
  sub: { run: hme, next: thanks }
  thanks: { end: dne }
",
    );
    let faults = faults(&flow, "test-pick = ?\n    .o-yes = Да\n    .o-no = Нет\n");
    for wanted in [
        "4:64: error: there is no step `thnks` (did you mean `thanks`?)",
        "5:17: error: there is no action `people.whoo` (did you mean `people.who`?)",
        "6:62: error: there is no outcome `pupl` (did you mean `pupil`?)",
        "`next` leaves out the outcome `pupil`",
        "7:15: error: there is no flow `hme` (did you mean `home`?)",
        "8:18: error: the outcome `dne` is not among the flow's `outcomes` (did you mean `done`?)",
    ] {
        assert!(faults.iter().any(|fault| fault.contains(wanted)), "{wanted}\n{faults:#?}");
    }
}

#[test]
fn an_entry_gives_the_flow_all_that_it_wants() {
    let flow = |args: &str, entry: &str| {
        format!("flow: test\nargs: {args}\nentry: {entry}\noutcomes: [done]\nsteps:\n  done: {{ end: done }}\n")
    };
    assert_eq!(faults(&flow("{ event: text }", "[event]"), ""), [""; 0]);
    assert_eq!(faults(&flow("{}", "[]"), ""), [""; 0]);
    for (args, entry, wanted) in [
        ("{ event: text }", "[evnt]", "3:9: error: there is no argument `evnt` (did you mean `event`?)"),
        ("{ event: number }", "[event]", "3:9: error: what a button carries is text: `event: text`"),
        ("{ event: text, more: text }", "[event]", "3:8: error: a button can't fill the argument `more`"),
        ("{ event: text }", "[]", "3:8: error: a button can't fill the argument `event`"),
        ("{ a: text, b: text }", "[a, b]", "3:12: error: a button has room for one argument"),
    ] {
        assert_eq!(faults(&flow(args, entry), ""), [wanted], "{args} {entry}");
    }
}

#[test]
fn dead_ends_and_circles_are_found() {
    let flow = steps(
        "  first: { say: a, next: second }
  second: { say: a, next: first }
  lost: { end: done }
",
    );
    let found = faults(&flow, "test-a = А\n");
    assert!(found.iter().any(|fault| fault.contains("6:3: error: nothing leads to the step `lost`")), "{found:#?}");
    assert!(found.iter().any(|fault| fault.contains("from the step `first` no path leads to an end")), "{found:#?}");
    let flow = steps(
        "  first: { call: people.who, next: { nobody: second, pupil: done, adult: done, school: done, teacher: done, staff: done } }
  second: { say: a, next: first }
  done: { end: done }
",
    );
    let found = faults(&flow, "test-a = А\n");
    assert!(found.iter().any(|fault| fault.contains("leads back to itself without ever waiting")), "{found:#?}");
    let found = faults(&steps("  only: { say: a }\n"), "test-a = А\n");
    assert!(found[0].contains("4:3: error: the last step leads nowhere"), "{found:#?}");
}

#[test]
fn unset_values_and_unfit_types_are_found() {
    let flow = steps(
        "  pick: { ask: choice, of: [yes, no], next: { yes: age, no: judge } }
  age: { ask: number }
  judge:
    branch:
      - { if: age > 3, to: say }
      - { if: pick > 3, to: say }
      - { to: call }
  call: { call: people.redeem, with: { code: age }, next: say }
  say: { say: age, end: done }
",
    );
    let words = "test-pick = ?\n    .o-yes = Да\n    .o-no = Нет\ntest-age = { $age }\n";
    let found = faults(&flow, words);
    for wanted in [
        "8:15: error: `age` may be unset here",
        "9:15: error: a text is never comparable with a number",
        "11:46: error: `age` may be unset here",
        "12:3: error: the text `test-age` of the step `say` uses `$age`, which may be unset here",
    ] {
        assert!(found.iter().any(|fault| fault.contains(wanted)), "{wanted}\n{found:#?}");
    }
}

#[test]
fn what_is_personal_stays_out_of_texts() {
    let flow = steps(
        "  phone: { ask: phone, pii: true }
  copy: { set: { mine: phone } }
  say: { say: mine }
  thanks: { say: phone_again, end: done }
",
    );
    let found = faults(&flow, "test-phone = ?\ntest-mine = { $mine }\ntest-phone_again = { $phone }\n");
    let personal = found.iter().filter(|fault| fault.contains("which is personal and never gets into a text")).count();
    assert_eq!(personal, 2, "{found:#?}");
}

#[test]
fn missing_and_unused_words_are_found() {
    let flow = steps(
        "  code: { ask: digits, length: 4, buttons: [resend], remind: [90s], next: { answer: done, resend: code } }\n  done: { end: done }\n",
    );
    let found = faults(&flow, "test-code = Код?\n    .o-old = Старое\n");
    for wanted in ["no text `test-code.b-resend`", "no text `test-code.remind-1`", "nobody says `test-code.o-old`"] {
        assert!(found.iter().any(|fault| fault.contains(wanted)), "{wanted}\n{found:#?}");
    }
}

#[test]
fn what_the_programme_says_must_be_there_and_fit() {
    let flow = |name: &str| (format!("flows/{name}.yaml"), HOME.replace("home", name));
    let several = "flow: several\noutcomes: [done]\nsteps:\n  pick: { ask: choices, of: [one, two], next: done }\n  done: { end: done }\n";
    let several = ("flows/several.yaml".to_owned(), several.to_owned());
    let global = ("flows/_global.yaml".to_owned(), GLOBAL.to_owned());
    let named = ["track", "events", "broadcast", "pupils", "own", "requests", "staff", "teacher_tasks", "consent"];
    let flows = [vec![global, flow("home"), several], named.map(flow).to_vec()].concat();
    let told = |flows: &[load::Source], words: String| {
        let (_, faults) = program(flows, &[("locales/ru/all.ftl".to_owned(), words)]);
        faults.iter().filter(|fault| !is_idle(fault)).map(ToString::to_string).collect::<Vec<_>>()
    };
    let found = |words| told(&flows, words);
    let all = filled(WORDS)
        + &named.map(|name| format!("{name}-hello = .\n")).concat()
        + "several-pick = .\n    .o-one = .\n    .o-two = .\n";
    assert_eq!(found(all.clone()), [""; 0]);
    for (key, _) in SAID_BY_CODE {
        let without = without(&all, key);
        let wanted = format!("error: the text `{key}` is missing");
        assert!(found(without).iter().any(|fault| fault.contains(&wanted)), "{wanted}");
    }
    // What belongs to a flow is wanted where that flow is.
    let lines = |text: &str| text.lines().filter(|line| !line.contains("track-")).collect::<Vec<_>>().join("\n");
    assert_eq!(told(&[&flows[..3], &flows[4..]].concat(), lines(&all)), [""; 0]);
    let odd = all.replace("global-about = . { $name }", "global-about = { $nmae }");
    assert!(found(odd)[0].contains("error: `global-about` is not given `$nmae` (it is given `$name`)"));
    let more = found(format!("{all}global-old = Старое\nnotice-old = Старое\n"));
    assert!(more[0].contains("warning: nobody says `global-old`") && more.len() == 2, "{more:?}");
}

/// These texts but for one, and what belongs to it.
fn without(all: &str, key: &str) -> String {
    let (id, attribute) = key.split_once('.').unwrap_or((key, ""));
    let mut under = "";
    let mut kept = String::new();
    for line in all.lines() {
        if !line.starts_with(' ') {
            under = line.split_whitespace().next().unwrap_or_default();
        }
        let meant = attribute.is_empty() || line.trim_start().starts_with(&format!(".{attribute} "));
        if under != id || !meant {
            kept += &format!("{line}\n");
        }
    }
    kept
}

#[test]
fn a_button_that_opens_the_app_has_a_label_a_name_of_its_own_and_a_condition() {
    let asks = |app: &str| {
        steps(&format!(
            "  open: {{ set: {{ open: true }} }}\n  say: {{ ask: choice, of: [soon], buttons: [later], app: {app}, next: {{ soon: end, later: other }} }}\n  other: {{ set: {{ open: false }}, next: say }}\n  end: {{ end: done }}\n"
        ))
    };
    let words = "test-say = ?\n    .o-soon = Скоро\n    .b-later = Потом\n    .b-track = Трек\n";
    assert_eq!(faults(&asks("track"), words), [""; 0]);
    assert_eq!(faults(&asks("{ button: track, if: open }"), words), [""; 0]);
    for (app, wanted) in [
        ("map", "the step `say` has no text `test-say.b-map`"),
        ("later", "`later` is there already"),
        ("{ button: track, if: 1 }", "a condition"),
        ("{ button: track, if: pupl }", "pupl"),
        ("{ label: track }", "there is no key `label`"),
    ] {
        let found = faults(&asks(app), words);
        assert!(found.iter().any(|fault| fault.contains("error") && fault.contains(wanted)), "{wanted}\n{found:#?}");
    }
    let phone = steps("  say: { ask: phone, pii: true, app: track, next: end }\n  end: { end: done }\n");
    assert!(
        faults(&phone, "test-say = ?\n    .b-track = Трек\n")[0].contains("no place for a button that opens the app")
    );
    let say = steps("  say: { say: say, app: track, end: done }\n");
    assert!(faults(&say, "test-say = ?\n")[0].contains("`app`"));
}

#[test]
fn every_file_is_reported_at_once() {
    let flows = [
        ("flows/a.yaml", "flow: ["),
        ("flows/b.yaml", "flow: b\nstep: {}\n"),
        ("flows/c.yaml", "flow: d\nsteps: {}\n"),
    ];
    let flows = flows.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let (program, faults) = program(&flows, &[]);
    assert!(program.is_none());
    for file in ["flows/_global.yaml", "flows/a.yaml", "flows/b.yaml", "flows/c.yaml"] {
        assert!(faults.iter().any(|fault| fault.file == file), "{file}\n{faults:#?}");
    }
}

#[test]
fn a_look_over_all_answers_fits_one_message() {
    let form = |questions: usize| {
        let question = |number| format!("      - {{ id: q{number}, type: text, max: 1000 }}\n");
        let questions: String = (0..questions).map(question).collect();
        steps(&format!(
            "  fill:\n    form: {{ review: true }}\n    questions:\n{questions}    next: bye\n  bye: {{ end: done }}\n"
        ))
    };
    let words = |questions: usize| {
        let asked: String = (0..questions).map(|number| format!("test-q{number} = Что?\n")).collect();
        format!("form-review = Всё так? {{ $lines }}\nform-line = {{ $question }} {{ $answer }}\n{asked}")
    };
    let long = |faults: &[String]| {
        faults.iter().filter(|fault| fault.contains("form-review") && fault.contains("4096")).count()
    };
    let (short, wide) = (faults(&form(3), &words(3)), faults(&form(5), &words(5)));
    assert_eq!((long(&short), long(&wide)), (0, 1), "{short:#?}\n{wide:#?}");
}

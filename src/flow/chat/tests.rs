use super::*;

const FLOW: &str = "flow: phone
outcomes: [done]
steps:
  number: { ask: phone, pii: true }
  dial:
    call: verification.start
    with: { phone: number, relation: \"'self'\" }
    save: dial
    next: { ok: code, already: done, wait: done, limited: done, refused: done, unavailable: done }
  code:
    ask: digits
    length: 4
    pii: true
    buttons: [resend]
    remind: [90s]
    next: { answer: done, resend: dial }
  done: { say: done, end: done }
";
const WORDS: &str = "global-restarted = 1
global-stale = Старая кнопка
global-busy = Секунду
global-invalid = Не понял
global-stuck = Не выходит
global-contact = 6
global-foreign = 10
global-unsupported = 7
global-option = { $label }
global-share_phone = Отправить
phone-number = { $you ->
    [vy] Ваш номер?
   *[ty] Твой номер?
 }
phone-code = Код?
    .b-resend = Ещё раз
    .remind-1 = Не звонит?
phone-done = Готово.
    Спасибо!
";
const CHAT: &str = "# Номер со второго звонка
@ telegram 2026-03-02T10:00+03:00
< Твой номер?  [Отправить]
> contact +79161234567
> ну?
< Секунду
! verification.start(phone=+79161234567, relation=self) -> ok {attempt: a1, phone: «***», left: 3, failed_calls: 0}
< Код?  [Ещё раз]
+ 90s
< Не звонит?  [Ещё раз]
> [Ещё раз]
! verification.start -> ok {attempt: a2, phone: «***», left: 2, failed_calls: 1}
< …
> old [Ещё раз]
~ Старая кнопка
< …
> 12 34
< Готово.
| Спасибо!
= done
";

/// Plays it, and gives what the file would read after a blessing.
fn play(chat: &str, bless: bool) -> (Report, String) {
    let own = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let flows = [own("flows/_global.yaml", "start: phone\n"), own("flows/phone.yaml", FLOW)];
    let (program, faults) =
        crate::flow::check::program(&flows, &[own("locales/ru/phone.ftl", &crate::flow::check::filled(WORDS))]);
    let program = program.unwrap_or_else(|| panic!("{faults:?}"));
    let report = run(&program, vec![own("flows/phone.chat", chat)], bless);
    let text = report.blessed.first().map_or(chat, |(_, text)| text).to_owned();
    (report, text)
}

fn fails(from: &str, to: &str) -> Failure {
    let (mut report, _) = play(&CHAT.replacen(from, to, 1), false);
    assert_eq!(report.failures.len(), 1, "{report}");
    report.failures.remove(0)
}

#[test]
fn a_conversation_goes_as_written() {
    let (report, _) = play(CHAT, false);
    assert!(report.is_good() && report.played == 1, "{report}");
}

#[test]
fn whatever_goes_otherwise_is_named() {
    assert_eq!(fails("< Секунду", "< Минуту").happened.as_deref(), Some("< Секунду"));
    assert_eq!(fails("relation=self", "relation=mother").what, "another call than is written");
    assert_eq!(fails("< …", "< Код?").line, 13);
    assert_eq!(fails("+ 90s", "+ 89s").what, "the bot says nothing here");
    assert_eq!(fails("= done", "= lost").written.as_deref(), Some("lost"));
    assert_eq!(fails("< Секунду\n", "").what, "nothing is called here");
    assert_eq!(fails("> 12 34", "> [Нет такой]").what, "there is no button [Нет такой]");
    assert!(fails("left: 3, ", "").what.contains("gives `left`"));
    assert!(fails("> 12 34", "12 34").what.contains("a line begins with"));
}

#[test]
fn a_button_that_nobody_was_offered_can_be_written() {
    let chat = "# Подделка\n@ vk 2026-03-02T10:00+03:00\n< Твой номер?\n> button f1:vvvvvvvvvvvv:1:resend\n~ Старая кнопка\n< …\n";
    let (report, _) = play(chat, false);
    assert!(report.is_good(), "{report}");
}

#[test]
fn a_missing_line_of_the_bot_fails() {
    assert_eq!(fails("< Готово.\n| Спасибо!\n", "").happened.as_deref(), Some("< Готово.\n| Спасибо!"));
    assert_eq!(fails("= done\n", "! people.who() -> nobody\n").what, "nothing is called here");
}

#[test]
fn blessing_rewrites_what_the_bot_says_and_nothing_else() {
    let faded =
        CHAT.replace("< Код?  [Ещё раз]", "<").replace("< Секунду", "< Минуту\n< Две").replace("| Спасибо!\n", "");
    let (report, blessed) = play(&faded, true);
    assert!(report.is_good() && report.blessed.len() == 1, "{report}");
    assert_eq!(blessed, CHAT);
    let (report, blessed) = play(CHAT, true);
    assert!(report.is_good() && report.blessed.is_empty());
    assert_eq!(blessed, CHAT);
}

/// The conversation as it is saved from outside.
fn without_calls() -> String {
    CHAT.lines().filter(|line| !line.starts_with('!')).map(|line| format!("{line}\n")).collect()
}

#[test]
fn blessing_puts_in_the_calls_that_are_lacking() {
    assert_eq!(play(&without_calls(), false).0.failures.len(), 1);
    let (report, blessed) = play(&without_calls(), true);
    assert!(report.is_good(), "{report}");
    let calls: Vec<_> = blessed.lines().filter(|line| line.starts_with('!')).collect();
    let call = "! verification.start(phone=+79161234567, relation=self) -> ok \
                {attempt: \"attempt\", failed_calls: 1, left: 1, phone: \"phone\"}";
    assert_eq!(calls, [call; 2]);
    assert!(play(&blessed, false).0.is_good(), "{blessed}");
    assert_eq!(play(&blessed, true).1, blessed);
}

#[test]
fn what_no_answer_makes_the_bot_say_stays_as_it_is_written() {
    for (from, to) in [("< Код?  [Ещё раз]", "< Кот?  [Ещё раз]"), ("+ 90s", "+ 80s"), ("= done", "= lost")]
    {
        let other = without_calls().replacen(from, to, 1);
        let (report, blessed) = play(&other, true);
        assert_eq!(report.failures.len(), 1, "{to}: {report}");
        assert_eq!(blessed, other);
    }
}

#[test]
fn a_grown_up_on_vk_sees_other_words_and_no_contact_button() {
    let chat = "# Взрослый\n@ vk adult 2026-03-02T10:00+03:00\n< Ваш номер?\n";
    let (report, _) = play(chat, false);
    assert!(report.is_good(), "{report}");
}

use super::*;
use crate::flow::check;

const HOME: &str = "flow: home
outcomes: [done]
steps:
  pick: { ask: choice, of: [yes, no], remind: [1d], next: { yes: sub, no: bye } }
  sub: { run: other, next: { done: told } }
  told:
    form: { back: true }
    questions:
      - { id: mark, type: scale, from: 1, to: 3 }
      - { id: wrong, type: text, max: 99, when: mark < 3, optional: true }
    next: bye
  bye: { say: bye, end: done }
";
const OTHER: &str = "flow: other\noutcomes: [done]\nsteps:\n  hi: { say: hi, end: done }\n";
const RU: &str = "home-pick = *Идёшь* <сейчас>?
    .o-yes = Да
    .o-no = Нет
    .remind-1 = Ну как?
home-told = .
home-mark = Сколько?
home-wrong = Что не так?
home-bye = { $you ->
    [vy] Ждём вас
   *[ty] Ждём тебя
 }
other-hi = Привет
";
const CHAT: &str = "# Ладно
@ vk 2026-03-02T10:00+03:00
< *Идёшь* <сейчас>?  [Да] [Нет]
> [Нет]
< Ждём тебя
= done
";

fn program() -> Program {
    let own = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let flows =
        [own("flows/_global.yaml", "start: home\n"), own("flows/home.yaml", HOME), own("flows/other.yaml", OTHER)];
    let en = RU.replace("Да\n", "Yes\n").replace("Ждём вас", "See you").replace("Ждём тебя", "See you");
    let locales = [own("locales/ru/all.ftl", &check::filled(RU)), own("locales/en/all.ftl", &check::filled(&en))];
    let (program, faults) = check::program(&flows, &locales);
    program.unwrap_or_else(|| panic!("{faults:?}"))
}

fn chats() -> Vec<Source> {
    vec![("flows/home.chat".to_owned(), CHAT.to_owned())]
}

fn holds(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn a_page_has_every_step_as_both_messengers_show_it() {
    let pages = pages(&program(), &chats(), Some("home")).unwrap();
    let [(name, page)] = pages.as_slice() else { panic!("one page") };
    assert_eq!(name, "home.html");
    holds(
        page,
        &[
            "<html lang=\"ru\">",
            "<strong>Идёшь</strong> &lt;сейчас&gt;?",
            "<section class=\"step ask\" id=\"ru-pick\" aria-labelledby=\"ru-pick-name\">",
            "<a class=\"key\" href=\"#ru-sub\">Да</a>",
            "<a class=\"key\" href=\"#en-sub\">Yes</a>",
            "Напоминание через 1 дн.",
            "Старый клиент VK без кнопок",
            "1 — Да",
            "<h4>wrong ",
            "<code>mark &lt; 3</code>",
            "Взрослому, на «вы»",
            "Ждём вас",
            "<span class=\"out\">done</span>",
            "<summary>Ладно <span class=\"kind\">VK</span></summary>",
            "<a href=\"#ru-bye\"><g class=\"node say\">",
        ],
    );
    assert!(!page.contains("other.html") && !page.contains("index.html"), "nothing is linked that is not there");
    for outside in ["http:", "https:", "src=", "@import", "url(//"] {
        assert!(!page.replace("http://www.w3.org/2000/svg", "").contains(outside), "{outside}");
    }
}

#[test]
fn all_flows_have_pages_and_an_index() {
    let pages = pages(&program(), &chats(), None).unwrap();
    let names: Vec<_> = pages.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["home.html", "other.html", "index.html"]);
    holds(&pages[0].1, &["<a class=\"brand\" href=\"index.html\">", "<a href=\"other.html\">other</a>"]);
    holds(&pages[1].1, &["Запускают", "<a href=\"home.html\">home</a>"]);
    holds(
        &pages[2].1,
        &["<a href=\"home.html\">home</a>", "Кто кого запускает", "Who runs whom", "<a href=\"other.html\"><g"],
    );
    assert_eq!(super::pages(&program(), &chats(), None).unwrap(), pages, "the same again");
}

#[test]
fn a_flow_is_told_in_the_terminal() {
    let told = told(&program(), &chats(), "home", "ru").unwrap();
    assert!(
        told.starts_with("home (flows/home.yaml)\n\npick: спрашивает choice\n  Идёшь <сейчас>?\n  Да → sub\n"),
        "{told}"
    );
    assert!(told.contains("\n\nsub: подпоток other\n  done → told\n\ntold: анкета\n"), "{told}");
    assert!(super::told(&program(), &chats(), "hme", "ru").unwrap_err().contains("did you mean `home`?"));
}

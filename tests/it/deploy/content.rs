//! The same conversation four times: as it was, and after each of three deploys.

use std::{
    fs,
    path::Path,
    sync::{Arc, OnceLock},
};

use provodnik::{content, flow::Program};

/// What each deploy puts in use; the first is what there was before any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Season {
    First,
    /// The step `name` is called `nick`.
    Renamed,
    /// The question `hobby` is gone.
    Fewer,
    /// There is a question `city`, whose answer the next step needs.
    More,
}

/// The flow whose conversations go along with a deploy.
pub const MOVES: &str = "club";
/// The one whose conversations end as they began.
pub const STAYS: &str = "poll";

const GLOBAL: &str = "start: home
commands:
  menu: { flow: home, replaces: true }
  club: { flow: club }
  poll: { flow: poll }
  help: { flow: help }
  cancel: { flow: cancel }
stuck: [help, menu]
";
const HOME: &str = "flow: home
outcomes: [done]
steps:
  hello: { say: hello, end: done }
";
const CANCEL: &str = "flow: cancel
outcomes: [done]
expires: 90d
steps:
  sure: { ask: choice, of: [stop, stay], next: { stop: stop, stay: stay } }
  stop: { say: stop, end: all }
  stay: { end: done }
";
const ROUND: &str = "flow: round
args: { grade: number }
outcomes: [done]
steps:
  like: { ask: choice, of: [much, little], next: done }
  done: { end: done }
";

const WORDS: &str = "home-hello = Привет
cancel-sure = Остановить?
    .o-stop = Да, стоп
    .o-stay = Продолжить
cancel-stop = Стоп
round-like = Нравится?
    .o-much = Очень
    .o-little = Мало
";

/// The words of all seasons: those of yesterday are needed for as long as somebody may still come to them.
fn words(flow: &str) -> String {
    let words = "name = Как тебя зовут?
nick = Какое у тебя прозвище?
grade = Твоя оценка?
    .short = Оценка
hobby = Какой кружок?
    .short = Кружок
    .o-sport = Спорт
    .o-art = Танцы
wish = Чего не хватает?
    .short = Пожелание
city = Какой город?
    .short = Город
phone = Какой телефон?
rung = Увидимся завтра
bye = Придёшь ещё?
    .o-yes = Приду
    .o-no = Не приду
thanks = Спасибо за разговор
";
    let own = words.lines().map(|line| if line.starts_with(' ') { line.to_owned() } else { format!("{flow}-{line}") });
    own.collect::<Vec<_>>().join("\n") + "\n"
}

fn logic(flow: &str, season: Season) -> String {
    let name = if season >= Season::Renamed { "nick" } else { "name" };
    let update = match flow {
        MOVES if season >= Season::Renamed => "on_update: migrate\nrenamed: { name: nick }\n",
        MOVES => "on_update: migrate\n",
        _ => "",
    };
    let hobby = "      - { id: hobby, type: choice, of: [sport, art], confirm: true }\n";
    let hobby = if season >= Season::Fewer { "" } else { hobby };
    let (city, town) = if season >= Season::More {
        (
            "      - { id: city, type: text, max: 20 }\n",
            "    next: town\n  town: { set: { town: city }, next: phone }\n",
        )
    } else {
        ("", "    next: phone\n")
    };
    format!(
        "flow: {flow}
outcomes: [done]
expires: 90d
{update}steps:
  {name}: {{ ask: text, max: 20 }}
  told:
    form: {{ progress: true, back: true, review: true }}
    questions:
      - {{ id: grade, type: scale, from: 1, to: 5 }}
{hobby}      - {{ id: wish, type: text, max: 50, optional: true }}
{city}{town}  phone: {{ ask: phone, pii: true, next: ring }}
  ring:
    call: verification.start
    with: {{ phone: phone, relation: \"'self'\" }}
    next: {{ ok: rung, already: rung, wait: rung, limited: rung, refused: rung, unavailable: rung }}
  rung: {{ say: rung, next: nap }}
  nap: {{ wait: {{ for: 1d }}, next: round }}
  round: {{ run: round, with: {{ grade: grade }}, next: {{ done: bye }} }}
  bye: {{ ask: choice, of: [yes, no], next: thanks }}
  thanks: {{ say: thanks, end: done }}
"
    )
}

static PROGRAMS: [OnceLock<Arc<Program>>; 4] = [const { OnceLock::new() }; 4];

/// The content of a season, by the loader that the real one goes through; loaded once.
pub fn program(season: Season) -> Arc<Program> {
    Arc::clone(PROGRAMS[season as usize].get_or_init(|| load(season)))
}

fn load(season: Season) -> Arc<Program> {
    let dir = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for (flow, text) in [("_global", GLOBAL), ("home", HOME), ("cancel", CANCEL), ("round", ROUND)] {
        write(&format!("flows/{flow}.yaml"), text);
    }
    for flow in [MOVES, STAYS] {
        write(&format!("flows/{flow}.yaml"), &logic(flow, season));
    }
    let commands = "global-club =\n    .words = клуб\nglobal-poll =\n    .words = опрос\n";
    write("locales/ru/own.ftl", &(WORDS.to_owned() + commands + &words(MOVES) + &words(STAYS)));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let real = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    for path in ["flows/help.yaml", "locales/ru/help.ftl", "locales/ru/form.ftl", "locales/ru/global.ftl"] {
        write(path, &real(path));
    }
    let (program, faults) = content::load(dir.path());
    program.unwrap_or_else(|| panic!("{season:?}: {faults:#?}"))
}

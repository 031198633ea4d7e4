//! Every action, called as a flow calls it.

use std::collections::BTreeMap;

use provodnik::{
    acting::{Acting, Error},
    flow::{Action, Reply},
    message::Value,
    people::roles::Place,
    programme, pupils, store,
};
use sqlx::PgConnection;

use super::{
    Level, Row, Where, reaches,
    stage::{Actor, Stage, Target},
    tells_nothing,
};

/// A call: what tells it from others of the same action, what it is about, its arguments.
struct Call {
    more: &'static str,
    level: Level,
    args: Vec<(&'static str, Value)>,
}

fn call<const N: usize>(level: Level, args: [(&'static str, Value); N]) -> Call {
    Call { more: "", level, args: args.into() }
}

impl Call {
    fn more(self, more: &'static str) -> Self {
        Self { more, ..self }
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// How an action is called about this target. An action without an arm has no row: give it one.
fn calls(action: &str, of: &Target, draft: &str) -> Option<Vec<Call>> {
    use Level::{Bearer, Class, Oneself, School, Town};
    let (school, town) = (Place::School(of.school).named(), Place::Territory(of.town).named());
    let pupils_of = |place: pupils::Place| ("place", text(place.named()));
    let event = || ("event", text(of.event.0.simple().to_string()));
    let visited = || ("event", text(of.visited.0.simple().to_string()));
    let request = || ("request", text(of.request.simple().to_string()));
    let cast = || ("cast", text(of.cast.0.simple().to_string()));
    let phone = || ("phone", text("+79161234599"));
    Some(match action {
        "people.who"
        | "people.profiles"
        | "people.link_code"
        | "own.who"
        | "requests.queue"
        | "import.page"
        | "parents.code"
        | "parents.children"
        | "verification.status"
        | "territory.contacts"
        | "season.track"
        | "broadcast.reach"
        | "broadcast.standing"
        | "teacher.tasks"
        | "proposals.schools"
        | "season.staff"
        | "erasures.page"
        | "own.privacy"
        | "consent.status"
        | "consent.next"
        | "consent.ask_parent" => vec![call(Oneself, [])],
        "consent.look" => vec![call(Oneself, [("purpose", text("processing"))])],
        "consent.answer" => {
            let answer = [("purpose", text("processing")), ("mark", text("")), ("act", text("given"))];
            vec![call(Oneself, answer)]
        }
        "consent.child" => vec![call(Class, [("child", text(of.pupil.0.to_string()))])],
        "consent.withdraw" | "consent.held" => {
            vec![call(Class, [("about", text(of.pupil.0.to_string())), ("purpose", text("photo"))])]
        }
        "season.staff_answer" => vec![call(Oneself, [("taking_part", Value::Flag(true))])],
        "people.language" => vec![call(Oneself, [("lang", text("ru"))])],
        "people.plain" => vec![call(Oneself, [("on", Value::Flag(true))])],
        "people.redeem" => vec![call(Bearer, [("code", text(&of.card))])],
        "people.switch" => vec![call(Class, [("profile", text(of.pupil.0.to_string()))])],
        "verification.check_phone" => vec![call(Oneself, [phone()])],
        "verification.manual" => vec![call(Oneself, [phone(), ("reason", text("no_call"))])],
        // What they do after the commit, they do for whoever asks: `act` refuses them.
        "verification.start" => vec![call(Oneself, [phone(), ("relation", text("self"))])],
        "verification.confirm" => vec![call(Oneself, [("attempt", text("1")), ("code", text("1234"))])],
        "events.list" | "broadcast.chats" => vec![call(Oneself, [("after", text(""))])],
        "events.show" | "events.sign_up" | "events.leave" => vec![call(School, [event()])],
        "feedback.open" => vec![call(School, [visited()])],
        "feedback.save" => {
            let answers = ("answers", Value::Record(BTreeMap::new()));
            vec![call(School, [visited(), ("mark", Value::Number(5)), answers])]
        }
        "broadcast.preview" => vec![call(Oneself, [("draft", text(draft)), ("to", text("everybody"))])],
        "broadcast.draft" => vec![call(Oneself, [("text", text("Письмо"))])],
        "broadcast.send" => {
            let to = [("to", text("everybody")), ("at", text("")), ("by", text("mine"))];
            let [to, at, by] = to;
            vec![call(Oneself, [("draft", text(draft)), to, at, by])]
        }
        "broadcast.plan" => {
            vec![call(Oneself, [("to", text("everybody")), ("at", text("завтра 12:00")), ("by", text("mine"))])]
        }
        "broadcast.pause" | "broadcast.resume" | "broadcast.cancel" | "broadcast.show" | "broadcast.ledger" => {
            vec![call(Class, [cast()])]
        }
        "broadcast.again" => vec![call(Class, [cast(), ("whom", text("failed"))])],
        "broadcast.recall" => vec![call(Class, [cast(), ("draft", text(""))])],
        "broadcast.places" => vec![call(Town, [("like", text(&of.town_name))])],
        "broadcast.chat_code" => vec![call(Town, [("territory", text(of.town.0.simple().to_string()))])],
        "broadcast.chat" | "broadcast.disconnect" => vec![call(Town, [("chat", text(of.chat.to_string()))])],
        "parents.link" => {
            let name = [("relation", text("mother")), ("last", text("Новая")), ("first", text("Мама"))];
            let [relation, last, first] = name;
            vec![call(Bearer, [("code", text(&of.parent_code)), relation, last, first])]
        }
        "parents.unlink" => vec![call(Class, [("child", text(of.pupil.0.to_string()))])],
        "own.page" | "own.erase" | "consent.page" => vec![call(Class, [("about", text(of.pupil.0.to_string()))])],
        "requests.take" => vec![call(Class, [request()])],
        "requests.reveal" => vec![call(Class, [request(), ("why", text("call_back"))])],
        "requests.decide" => vec![call(Class, [request(), ("verdict", text("not_reached"))])],
        "pupils.classes" => vec![call(Class, [("like", text(&of.class_words))])],
        "pupils.numbers" => vec![
            call(Class, [pupils_of(pupils::Place::Class(of.class))]).more("class"),
            call(School, [pupils_of(pupils::Place::School(of.school))]).more("school"),
        ],
        "pupils.page" | "pupils.names" | "pupils.reach" | "pupils.remind" => {
            let about = |place| {
                let more = [("view", text("list")), ("filter", text("all")), ("past", Value::Number(0))];
                let takes = Action::by_name(action).unwrap().signature().args;
                let more = more.into_iter().filter(|(name, _)| takes.iter().any(|(taken, _)| taken == name));
                [pupils_of(place)].into_iter().chain(more).collect()
            };
            vec![
                Call { more: "class", level: Class, args: about(pupils::Place::Class(of.class)) },
                Call { more: "school", level: School, args: about(pupils::Place::School(of.school)) },
            ]
        }
        "teacher.class" => vec![call(Class, [("class", text(pupils::Place::Class(of.class).named()))])],
        "roles.places" => vec![
            call(School, [("like", text(of.school_name.to_lowercase()))]).more("school"),
            call(Town, [("like", text(of.town_name.to_lowercase()))]).more("town"),
        ],
        "roles.letter" => vec![
            call(School, [("place", text(school)), ("after", text(""))]).more("school"),
            call(Town, [("place", text(town)), ("after", text(""))]).more("town"),
        ],
        "proposals.link" => vec![call(School, [("place", text(school))])],
        "roles.offers" | "roles.people" | "roles.awaited" | "roles.awaited_page" | "proposals.page" => vec![
            call(School, [("place", text(school))]).more("school"),
            call(Town, [("place", text(town))]).more("town"),
        ],
        "roles.invite" => {
            let invite = |level, place: String, role| {
                call(level, [("place", text(place)), ("role", text(role)), ("note", text("кому"))])
            };
            vec![
                invite(School, school.clone(), "teacher").more("teacher"),
                invite(School, school, "school_admin").more("head"),
                invite(Town, town.clone(), "coordinator").more("coordinator"),
                invite(Town, town, "mentor").more("mentor"),
            ]
        }
        "roles.show" => vec![call(Bearer, [("code", text(&of.invitation_code))])],
        "roles.accept" => {
            let name = [("last", text("Новая")), ("first", text("Роль")), ("patronymic", text(""))];
            let [last, first, patronymic] = name;
            vec![call(Bearer, [("code", text(&of.invitation_code)), last, first, patronymic])]
        }
        _ => return None,
    })
}

/// What must have been done before, by whoever calls it.
fn before(action: Action) -> Option<Action> {
    matches!(action, Action::RequestsReveal | Action::RequestsDecide).then_some(Action::RequestsTake)
}

async fn act(
    stage: &Stage<'_>,
    db: &mut PgConnection,
    actor: &Actor<'_>,
    action: Action,
    call: &Call,
) -> Result<Reply, Error> {
    let parts = &stage.world.parts;
    let program = parts.program.current();
    let args = call.args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let mut acting = Acting {
        db,
        vault: &parts.vault,
        dice: &parts.dice,
        policy: &parts.policy,
        seasons: program.seasons(),
        now: stage.now(),
        person: actor.person,
        account: Some(actor.account),
        pages: true,
    };
    Ok(programme::act(action, &args, &mut acting).await?.reply)
}

/// What comes of a call; nothing of it stays.
async fn outcome(stage: &Stage<'_>, actor: &Actor<'_>, action: Action, call: &Call) -> (String, String) {
    let mut tx = store::begin(&stage.world.database.pool).await.unwrap();
    if let Some(first) = before(action)
        && let Err(error) = act(stage, &mut tx, actor, first, call).await
    {
        stage.complain(format!("{first:?} by {:?}: {error}", actor.who));
    }
    let answer = act(stage, &mut tx, actor, action, call).await;
    tx.rollback().await.unwrap();
    match answer {
        Ok(reply) => (reply.outcome.clone(), format!("{reply:?}")),
        Err(Error::Nobody) => ("nobody".to_owned(), "nobody".to_owned()),
        Err(Error::Kind(_)) => ("outside".to_owned(), "outside".to_owned()),
        Err(error) => {
            stage.complain(format!("{action:?} by {:?}: {error}", actor.who));
            ("fails".to_owned(), "fails".to_owned())
        }
    }
}

/// A row for every action that there is.
pub async fn rows(stage: &Stage<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for action in Action::ALL.into_iter().filter(|action| action.is_served()) {
        let name = action.signature().name;
        let draft = stage.draft.to_string();
        let about = |of: &Target| {
            calls(name, of, &draft)
                .unwrap_or_else(|| panic!("{}", super::no_row(&format!("the action «{name}»"), "calls", "actions.rs")))
        };
        let missing = about(&Target::missing());
        for at in Where::ALL {
            for (call, none) in about(stage.target(at)).iter().zip(&missing) {
                if call.level.distances().contains(&at) {
                    rows.push(row(stage, (action, at), call, none).await);
                }
            }
        }
    }
    // What is about several things stands together.
    rows.sort_by(|one, other| one.what.cmp(&other.what));
    rows
}

async fn row(stage: &Stage<'_>, (action, at): (Action, Where), call: &Call, none: &Call) -> Row {
    let what = format!("{} {}", action.signature().name, call.more);
    let what = what.trim_end().to_owned();
    let mut cells = Vec::new();
    for actor in &stage.actors {
        let (outcome, told) = outcome(stage, actor, action, call).await;
        let personal = !matches!(call.level, Level::Oneself | Level::Bearer);
        if personal && !reaches(actor.who, call.level, at) {
            let ask = async { self::outcome(stage, actor, action, none).await.1 };
            let nothing = stage.of_nothing(&what, actor.who, ask).await;
            if told != nothing {
                stage.complain(format!("{what} by {:?}, {at:?}: {told}, and of nothing: {nothing}", actor.who));
            }
        }
        if call.level != Level::Bearer {
            tells_nothing(stage, actor.who, &what, &told);
        }
        cells.push(outcome);
    }
    let at = if call.level == Level::Oneself { "–".to_owned() } else { format!("{at:?}").to_lowercase() };
    Row { what, at, cells }
}

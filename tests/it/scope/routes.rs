//! Every route of the program and every page behind a link, asked over HTTP by everybody.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    time::Duration,
};

use hmac::{Hmac, KeyInit, Mac};
use provodnik::{once, people::roles::Place, pupils, store};
use reqwest::{Client, Method, multipart};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{
    Level, Row, Where, Who, reaches,
    stage::{Actor, Stage, Target},
    tells_nothing,
};
use crate::world::TOKEN;

/// How a route is asked.
#[derive(Clone)]
enum Way {
    /// By anybody, with no proof of anything.
    Bare,
    /// With what Telegram signs for whoever opens the mini app.
    Launch,
    /// With the bearer that is given for it.
    Session,
    /// By a link to this page about this.
    Link(&'static str, Value),
    /// By a form of such a page.
    Form(&'static str, Value, Vec<(&'static str, String)>),
    /// With a table.
    Table(String),
    /// By a form of such a page with a file: its fields, and what the file is called there.
    Upload(&'static str, Value, Vec<(&'static str, String)>, String),
}

struct Ask {
    more: String,
    level: Level,
    way: Way,
}

fn ask(more: impl Into<String>, level: Level, way: Way) -> Ask {
    Ask { more: more.into(), level, way }
}

/// What each page may be about. A page without an arm has no row: give it one.
fn pages(page: &str, of: &Target) -> Option<Vec<(&'static str, &'static str, Level, Value)>> {
    let class = |view: &str| json!({"place": pupils::Place::Class(of.class).named(), "view": view});
    Some(match page {
        "people" => vec![
            ("people", "school", Level::School, json!({"place": Place::School(of.school).named()})),
            ("people", "town", Level::Town, json!({"place": Place::Territory(of.town).named()})),
        ],
        "class" => vec![
            ("class", "list", Level::Class, class("list")),
            ("class", "cards", Level::Class, class("cards")),
            (
                "class",
                "of school",
                Level::School,
                json!({"place": format!("s{}", of.school.0.simple()), "view": "list"}),
            ),
            ("class", "papers", Level::Class, class("papers")),
            ("class", "make", Level::Class, class("make")),
        ],
        "invitations" | "proposals" => {
            let page = if page == "proposals" { "proposals" } else { "invitations" };
            vec![
                (page, "school", Level::School, json!({"place": Place::School(of.school).named()})),
                (page, "town", Level::Town, json!({"place": Place::Territory(of.town).named()})),
            ]
        }
        "propose" => vec![("propose", "", Level::School, json!({"school": of.school}))],
        "tables" => vec![("tables", "", Level::Oneself, json!({}))],
        "ledger" => vec![("ledger", "", Level::Class, json!({"cast": of.cast}))],
        "import" => vec![("import", "", Level::Oneself, json!({}))],
        "own" => vec![("own", "", Level::Class, json!({"about": of.pupil}))],
        "consent" => vec![("consent", "", Level::Class, json!({"about": of.pupil}))],
        "erasures" => vec![("erasures", "", Level::Oneself, json!({}))],
        "request" => vec![("request", "", Level::Class, json!({"request": of.request, "why": "call_back"}))],
        _ => return None,
    })
}

/// How a route is asked about this target, from a page about what is one's own. A route without an arm has no row: give it one.
fn asks(route: &str, own: &Target, of: &Target) -> Option<Vec<Ask>> {
    let bare = || vec![ask("", Level::Oneself, Way::Bare)];
    let about = |page: &str, n: usize| pages(page, own).unwrap().remove(n).3;
    let form = |more: &str, page: &'static str, fields: &[(&'static str, String)]| {
        // What only looks at what the page is about is the same at every distance.
        let level = if more.is_empty() { Level::Oneself } else { Level::Class };
        ask(more, level, Way::Form(page, about(page, 0), fields.to_vec()))
    };
    // By a form of a page that was opened for what is there.
    let there = |more: &str, page: &'static str, fields: &[(&'static str, String)]| {
        let (_, _, level, about) = pages(page, of).unwrap().remove(0);
        ask(more, level, Way::Form(page, about, fields.to_vec()))
    };
    let one = || "1".to_owned();
    Some(match route {
        "GET /healthz"
        | "GET /readyz"
        | "GET /metrics"
        | "GET /page/page.css"
        | "GET /privacy"
        | "POST /hooks/telegram"
        | "POST /hooks/vk" => bare(),
        _ if route.starts_with("GET /app") && !route.starts_with("GET /app/api/") => bare(),
        "POST /app/api/session" => vec![bare().remove(0), ask("launched", Level::Oneself, Way::Launch)],
        "GET /app/api/track" => vec![bare().remove(0), ask("with a bearer", Level::Oneself, Way::Session)],
        // Whoever looks at a link sees a door and no more, whatever is behind it.
        "GET /once/{token}" => vec![ask("", Level::Oneself, Way::Link("own", about("own", 0)))],
        "POST /once/{token}" => {
            let every = page_names().into_iter().flat_map(|page| {
                pages(&page, of)
                    .unwrap_or_else(|| panic!("{}", super::no_row(&format!("the page «{page}»"), "pages", "routes.rs")))
            });
            every
                .map(|(page, more, level, about)| ask(format!("{page} {more}"), level, Way::Link(page, about)))
                .collect()
        }
        "POST /page/people" => vec![
            form("ask", "people", &[("ask", of.role.to_string())]),
            form("revoke", "people", &[("revoke", of.role.to_string())]),
            form("withdraw", "people", &[("withdraw", of.invitation.0.to_string())]),
        ],
        "POST /page/class" => vec![
            form("", "class", &[("past", "0".to_owned())]),
            form("code", "class", &[("code", of.pupil.0.to_string())]),
        ],
        "POST /page/class/cards" => vec![form("", "class", &[("filter", "all".to_owned())])],
        "POST /page/class/print" => vec![form("", "class", &[("whose", "all".to_owned())])],
        "POST /page/import" => {
            let row = format!("{};{};учитель;новый@example.ru;Новый;Новый;—;М;;9;Я;2026-2027", of.inn, of.kpp);
            vec![ask("", Level::School, Way::Table(format!("{HEADER}\r\n{row}\r\n")))]
        }
        "POST /page/class/pupil" => vec![
            form("shown", "class", &[("pupil", of.pupil.0.to_string())]),
            form("needs", "class", &[("pupil", of.pupil.0.to_string()), ("do", "needs".to_owned())]),
            form("archive", "class", &[("pupil", of.pupil.0.to_string()), ("do", "archive_ask".to_owned())]),
        ],
        "POST /page/class/add" => {
            vec![there("", "class", &[]), form("into", "class", &[("class", of.class.0.to_string()), ("send", one())])]
        }
        "POST /page/class/make" => {
            let typed = [("send", one()), ("grade", "5".to_owned()), ("letter", "А".to_owned())];
            let fields = [vec![("school", of.school.0.to_string())], typed.to_vec()].concat();
            vec![there("", "class", &[]), ask("school", Level::School, Way::Form("class", about("class", 0), fields))]
        }
        "POST /page/class/archive" => {
            vec![there("", "class", &[]), form("restore", "class", &[("restore", of.pupil.0.to_string())])]
        }
        "POST /page/class/groups" | "POST /page/class/remind" | "POST /page/class/papers" => {
            vec![there("", "class", &[])]
        }
        "POST /page/class/papers/sheets" => vec![
            there("", "class", &[("whose", "all".to_owned())]),
            form("pupil", "class", &[("whose", "all".to_owned()), ("pupil", of.pupil.0.to_string())]),
        ],
        "POST /page/class/papers/upload" => {
            let (_, _, level, about) = pages("class", of).unwrap().remove(0);
            vec![ask("", level, Way::Upload("class", about, Vec::new(), format!("file-{}", of.pupil.0)))]
        }
        "POST /page/class/papers/scan" => {
            vec![form("", "class", &[("document", of.request.to_string()), ("why", "check".to_owned())])]
        }
        "GET /page/scan/{pass}" => bare(),
        "POST /page/propose" => vec![there("", "propose", &[])],
        "POST /page/proposals" => vec![
            form("look", "proposals", &[("look", of.proposal.to_string())]),
            form("grant", "proposals", &[("grant", of.proposal.to_string())]),
            form("refuse", "proposals", &[("refuse", of.proposal.to_string()), ("remark", "нет".to_owned())]),
        ],
        "POST /page/invitations" => vec![
            there("", "invitations", &[]),
            there("make", "invitations", &[("make", one())]),
            form("renew", "invitations", &[("renew", of.teacher.0.to_string())]),
        ],
        "POST /page/invitations/print" => vec![there("", "invitations", &[])],
        "POST /page/import/handed" => vec![
            form("shown", "import", &[("request", of.handed.to_string())]),
            form("import", "import", &[("request", of.handed.to_string()), ("do", "import".to_owned())]),
            form("return", "import", &[("request", of.handed.to_string()), ("do", "return".to_owned())]),
        ],
        "POST /page/tables" => {
            let fields = vec![("school", of.school.0.to_string())];
            vec![ask("", Level::School, Way::Upload("tables", json!({}), fields, "table".to_owned()))]
        }
        "POST /page/tables/form" => {
            let fields = vec![("school", of.school.0.to_string())];
            vec![ask("", Level::School, Way::Form("tables", json!({}), fields))]
        }
        "POST /page/own/file" | "POST /page/own/json" => vec![there("", "own", &[])],
        "POST /page/consent" => vec![there("", "consent", &[])],
        "POST /page/erasures" => {
            vec![form("", "erasures", &[]), form("ask", "erasures", &[("ask", of.request.to_string())])]
        }
        "POST /page/erasures/act" => vec![form("", "erasures", &[("act", own.request.to_string())])],
        "POST /page/ledger/file" => vec![there("", "ledger", &[])],
        // Somebody else's table.
        "POST /page/import/write" | "POST /page/import/faults" => {
            vec![form("", "import", &[("upload", own.request.to_string())])]
        }
        _ => return None,
    })
}

const HEADER: &str = "ИНН школы;КПП школы;Роль;Email;Фамилия;Имя;Отчество;Пол (М или Ж);Дата рождения (ДД.ММ.ГГГГ);Номер класса 6-11;Буква класса;Учебный год";

fn sources(under: &Path) -> Vec<String> {
    let entries = fs::read_dir(under).unwrap().map(|entry| entry.unwrap().path());
    let of = |path: &Path| match path.is_dir() {
        true => sources(path),
        false if path.extension().is_some_and(|end| end == "rs") => vec![fs::read_to_string(path).unwrap()],
        false => Vec::new(),
    };
    entries.flat_map(|path| of(&path)).collect()
}

/// Every route as the source mounts it: `POST /page/people`.
fn routes() -> BTreeSet<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    let mut by_hand = 0;
    for source in sources(&src.join("http")) {
        for mounted in source.split(".route(").skip(1) {
            let Some((path, rest)) = mounted.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"'))
            else {
                by_hand += 1;
                continue;
            };
            let rest = &rest[..rest.find("\n").unwrap_or(rest.len())];
            let methods = ["get", "post", "put", "patch", "delete", "any"];
            let of = methods
                .iter()
                .filter(|method| rest.starts_with(&format!(", {method}(")) || rest.contains(&format!(").{method}(")));
            let before = found.len();
            found.extend(of.map(|method| format!("{} {path}", method.to_uppercase())));
            assert!(found.len() > before, "how is {path} asked?");
        }
        // The files of the mini app are mounted from a list.
        let files = source.split("    (\"/app/").skip(1).map(|rest| rest.split('"').next().unwrap());
        found.extend(files.map(|file| format!("GET /app/{file}")));
    }
    assert_eq!(by_hand, 1, "routes that are not read here are mounted from a list");
    found
}

/// Every page that a link may open: what the arms behind the door are called by.
fn page_names() -> BTreeSet<String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let door = fs::read_to_string(src.join("http/pages/mod.rs")).unwrap();
    let arms = door.split_once("match opened.page.as_str() {").unwrap().1.split_once("_ =>").unwrap().0;
    let constants: Vec<&str> =
        arms.lines().filter_map(|arm| arm.split_once(" =>")?.0.trim().rsplit("::").next()).collect();
    let kinds: BTreeSet<_> = constants.iter().map(|constant| format!("pub const {constant}: &str = \"")).collect();
    let sources = sources(&src);
    let named =
        kinds.iter().flat_map(|kind| sources.iter().flat_map(move |source| source.split(kind.as_str()).skip(1)));
    let names: BTreeSet<String> = named.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(names.len(), constants.len(), "{names:?} and {constants:?}");
    names
}

/// A row for every route, and for every page at every distance.
pub async fn rows(stage: &Stage<'_>) -> Vec<Row> {
    let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut rows = Vec::new();
    for route in routes() {
        let own = stage.target(Where::Own);
        let of = |of: &Target| {
            asks(&route, own, of)
                .unwrap_or_else(|| panic!("{}", super::no_row(&format!("the route «{route}»"), "asks", "routes.rs")))
        };
        let missing = of(&Target::missing());
        for at in Where::ALL {
            for (ask, none) in of(stage.target(at)).into_iter().zip(&missing) {
                if ask.level.distances().contains(&at) {
                    rows.push(row(stage, &http, (&route, at), &ask, none).await);
                }
            }
        }
        foreign_passes(stage, &http, &route).await;
    }
    rows.sort_by(|one, other| one.what.cmp(&other.what));
    rows
}

async fn row(stage: &Stage<'_>, http: &Client, (route, at): (&str, Where), ask: &Ask, none: &Ask) -> Row {
    let what = format!("{route} {}", ask.more).trim_end().to_owned();
    let mut cells = Vec::new();
    for actor in &stage.actors {
        let (cell, said) = answer(stage, http, actor, route, &ask.way).await;
        if ask.level != Level::Oneself && !reaches(actor.who, ask.level, at) {
            let asking = async { answer(stage, http, actor, route, &none.way).await.0 };
            let nothing = stage.of_nothing(&what, actor.who, asking).await;
            if cell != nothing {
                stage.complain(format!("{what} by {:?}, {at:?}: {cell}, and of nothing: {nothing}", actor.who));
            }
        }
        tells_nothing(stage, actor.who, &what, &said);
        cells.push(cell);
    }
    let at = if ask.level == Level::Oneself { "–".to_owned() } else { format!("{at:?}").to_lowercase() };
    Row { what, at, cells }
}

/// A pass of one page is none for any other.
async fn foreign_passes(stage: &Stage<'_>, http: &Client, route: &str) {
    let Some(page) = route.strip_prefix("POST /page/") else { return };
    let own = page.split('/').next().unwrap();
    let federal = stage.actors.iter().find(|actor| actor.who == Who::Federal).unwrap();
    for other in page_names().into_iter().filter(|other| other != own) {
        let (name, _, _, about) = pages(&other, stage.target(Where::Own)).unwrap().remove(0);
        let way = match asks(route, stage.target(Where::Own), stage.target(Where::Own)).unwrap().remove(0).way {
            Way::Form(_, _, fields) => Way::Form(name, about, fields),
            _ => continue,
        };
        assert_eq!(answer(stage, http, federal, route, &way).await.0, "410", "{route} with a pass of «{other}»");
    }
}

/// What a request comes to: its status, with a `-` where the page says that there is no such thing, a `+` where a row of a table
/// was found good; and all that the answer says.
async fn answer(stage: &Stage<'_>, http: &Client, actor: &Actor<'_>, route: &str, way: &Way) -> (String, String) {
    let world = stage.world;
    // Who asks without a right proof is slowed down after a while; here time passes between two requests.
    world.watch.advance(Duration::from_secs(10));
    let (method, path) = route.split_once(' ').unwrap();
    let method: Method = method.parse().unwrap();
    let to = |path: &str| http.request(method.clone(), format!("{}{path}", world.base));
    let request = match way {
        Way::Bare => to(path).header("content-type", "application/json").body("{}"),
        Way::Launch => to(path).header("authorization", launch(stage, actor)),
        Way::Session => {
            let asked = http.post(format!("{}/app/api/session", world.base));
            let session: Value =
                asked.header("authorization", launch(stage, actor)).send().await.unwrap().json().await.unwrap();
            to(path).header("authorization", format!("Bearer {}", session["bearer"].as_str().unwrap_or_default()))
        }
        Way::Link(page, about) => to(&path.replace("{token}", &link(stage, actor, page, about).await)),
        Way::Form(page, about, fields) => {
            let pass = pass(stage, actor, page, about).await;
            let fields: BTreeMap<&str, &str> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).chain([("pass", pass.as_str())]).collect();
            to(path).form(&fields)
        }
        Way::Table(table) => {
            let form = multipart::Form::new().text("pass", pass(stage, actor, "import", &json!({})).await);
            to(path).multipart(form.part("table", file(table)))
        }
        Way::Upload(page, about, fields, name) => {
            let mut form = multipart::Form::new().text("pass", pass(stage, actor, page, about).await);
            for (name, value) in fields {
                form = form.text(*name, value.clone());
            }
            to(path).multipart(form.part(name.clone(), file(HEADER)))
        }
    };
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let said = String::from_utf8_lossy(&answer.bytes().await.unwrap()).into_owned();
    undo(stage).await;
    let mark = match () {
        () if said.contains("Этого уже нет") => "-",
        () if said.contains("учителя: добавить 1") => "+",
        () if said.contains("нет в программе") => "-",
        () => "",
    };
    (format!("{status}{mark}"), said)
}

fn file(table: &str) -> multipart::Part {
    multipart::Part::bytes(table.as_bytes().to_vec()).file_name("т.csv")
}

/// What one request has changed is as it was for the next one.
async fn undo(stage: &Stage<'_>) {
    let sql = "update role set revoked_at = null, revoked_by = null where revoked_at is not null;
               update invitation set revoked_at = null where revoked_at is not null;
               update manual_request set taken_by = null, taken_at = null;
               delete from proposal;
               insert into proposal table proposal_as_staged;
               delete from table_request;
               insert into table_request table table_request_as_staged;
               delete from once";
    sqlx::raw_sql(sql).execute(&stage.world.database.pool).await.unwrap();
}

/// A link to a page, made past whoever would judge whether it may be: what is asked for stands in its asker's own hand.
async fn link(stage: &Stage<'_>, actor: &Actor<'_>, page: &str, about: &Value) -> String {
    let (parts, now) = (&stage.world.parts, stage.now());
    let mut db = stage.world.database.pool.acquire().await.unwrap();
    if let Some(request) = about["request"].as_str() {
        let sql = "update manual_request set taken_by = $1, taken_at = $2 where id = $3::uuid";
        let taken = sqlx::query(sql).bind(actor.person.0).bind(now).bind(request);
        taken.execute(&mut *db).await.unwrap();
    }
    let id = provodnik::ids::CodeId(parts.dice.uuid(now));
    let token = once::token(&parts.vault, id);
    let new = store::once::NewOnce {
        id,
        hash: parts.vault.blind("once", token.as_bytes()),
        page,
        person: actor.person,
        account: Some(actor.account),
        args: about,
        expires_at: now + once::LINK_LIVES,
    };
    store::once::put(&mut db, &new, now).await.unwrap();
    token
}

/// The pass of a page that was opened so.
async fn pass(stage: &Stage<'_>, actor: &Actor<'_>, page: &str, about: &Value) -> String {
    let token = link(stage, actor, page, about).await;
    let (parts, mut db) = (&stage.world.parts, stage.world.database.pool.acquire().await.unwrap());
    let opened = once::open(&mut db, &parts.vault, &token, stage.now()).await.unwrap().unwrap();
    opened.pass(&parts.vault).to_string()
}

/// What Telegram signs for somebody who opens the mini app: by its own description, not by our code.
fn launch(stage: &Stage<'_>, actor: &Actor<'_>) -> String {
    let user = json!({"id": actor.phone.id, "first_name": "Кто-то"}).to_string();
    let date = stage.now().timestamp().to_string();
    let mac = |key: &[u8], text: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes()
    };
    let hash = hex::encode(mac(&mac(b"WebAppData", TOKEN), &format!("auth_date={date}\nuser={user}")));
    let data = [("auth_date", date.as_str()), ("user", &user), ("hash", &hash)];
    format!("tma {}", serde_urlencoded::to_string(data).unwrap())
}

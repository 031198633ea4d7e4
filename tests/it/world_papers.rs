//! Consents on paper: sheets to be signed, scans that are brought, looked at, replaced and taken away, everybody within the own scope.

use std::io::{Cursor, Write};

use chrono::{DateTime, Utc};
use provodnik::{
    consents::{self, State},
    ids::PersonId,
    papers, store,
};
use reqwest::{
    Method,
    header::LOCATION,
    multipart::{Form, Part},
    redirect::Policy,
};
use uuid::Uuid;

use crate::{
    paper,
    world::{Phone, World, seeded},
    world_broadcast::nina,
    world_staff::{ask, field},
};

const KEPT: &str = "select count(*) from document";

/// Presses a button that gives a link, and opens what is behind it.
async fn opens(world: &World, phone: &Phone<'_>) -> String {
    phone.presses("Бумажные согласия").await;
    let said = phone.unread().await.join("\n");
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap_or_else(|| panic!("{said}"));
    let (status, page) = ask(world, Method::POST, link, &[]).await;
    assert_eq!(status, 200, "{page}");
    page
}

/// The page of the class 6Б, as its teacher opens it, and its pass.
async fn class<'w>(world: &'w World, channel: &str, code: &str) -> (Phone<'w>, String, String) {
    let olga = world.signed_in(channel, "Ольга", code).await;
    olga.presses("Позже").await;
    olga.unread().await;
    olga.says("ученики").await;
    olga.presses("6Б").await;
    olga.unread().await;
    let page = opens(world, &olga).await;
    let pass = field(&page, "pass").to_owned();
    (olga, page, pass)
}

/// A pupil's id, as the form has it.
fn pupil_of(page: &str) -> PersonId {
    let rest = page.split_once("name=\"file-").unwrap_or_else(|| panic!("nobody owes: {page}")).1;
    PersonId(rest.split('"').next().unwrap().parse().unwrap())
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap()
}

/// A form with files, in the order of the page's own.
struct Upload(Form);

impl Upload {
    fn of(pass: &str) -> Self {
        Self(Form::new().text("pass", pass.to_owned()).text("past", "0"))
    }

    fn signed(self, on: &str) -> Self {
        Self(self.0.text("signed", on.to_owned()))
    }

    fn replacing(self) -> Self {
        Self(self.0.text("replace", "yes"))
    }

    fn given(self, pupil: PersonId, purpose: &str) -> Self {
        Self(self.0.text(format!("given-{pupil}"), purpose.to_owned()))
    }

    fn file(self, pupil: PersonId, name: &str, bytes: &[u8]) -> Self {
        Self(self.0.part(format!("file-{pupil}"), Part::bytes(bytes.to_vec()).file_name(name.to_owned())))
    }

    async fn sent(self, world: &World) -> (u16, String) {
        let url = format!("{}/page/class/papers/upload", world.base);
        let answer = client().post(url).multipart(self.0).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// A scan as a phone takes it: with a place in it.
fn photo(side: u32) -> Vec<u8> {
    let mut jpeg = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(side, side).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    [&jpeg[..2], b"\xff\xfe\x00\x10GPS 61.25 73.4", &jpeg[2..]].concat()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn state(world: &World, pupil: PersonId) -> State {
    let mut db = world.database.pool.acquire().await.unwrap();
    let on = ("2026-2027", world.clock.now().date_naive());
    consents::state_of(&mut db, &world.parts.vault, on, pupil).await.unwrap().unwrap()
}

/// The names of all objects that lie in the store.
fn objects(world: &World) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(world.documents.path()).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_for_each_child_is_filled_in_and_can_be_searched() {
    let world = World::new().await;
    let people = world.seed().await;
    let (_, page, pass) = class(&world, "telegram", &seeded(&people, "Ольга")).await;
    assert!(page.contains("Скачать шаблон согласия") && page.contains("Нужна бумага"), "{page}");
    let form = [("pass", pass.as_str()), ("whose", "all")];
    let answer = client().post(format!("{}/page/class/papers/sheets", world.base)).form(&form).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["content-type"]),
        (200, &"application/pdf".parse().unwrap())
    );
    let pdf = answer.bytes().await.unwrap();
    let text = paper::text(&pdf);
    let squeezed = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Согласия родителя (законного представителя)",
        "6Б",
        "МБОУ СОШ № 100",
        "Свидетельство о рождении ребёнка: серия",
        "Согласие на обработку персональных данных ребёнка",
        "Согласие на фото и видео ребёнка",
        "не согласен (не согласна)",
        "Паспорт не нужен",
    ] {
        assert!(squeezed.contains(words), "{words} in {squeezed}");
    }
    let children = text.matches("Дата рождения:").count();
    assert_eq!(text.matches('\u{c}').count(), children, "a page for each child: {text}");
    assert!(squeezed.contains("Соколова"), "the whole name stands on the paper: {squeezed}");
    let line: String = sqlx::query_scalar("select detail from journal where act = 'template_printed'")
        .fetch_one(&world.database.pool)
        .await
        .unwrap();
    assert!(line.contains("\"field\":\"birth\"") && !line.contains("Соколова"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_kept_encrypted_counts_as_a_consent_and_is_shown_for_a_minute() {
    for channel in ["telegram", "vk"] {
        let world = World::new().await;
        let people = world.seed().await;
        let (_, page, pass) = class(&world, channel, &seeded(&people, "Ольга")).await;
        let pupil = pupil_of(&page);
        assert_eq!(state(&world, pupil).await, State::PaperOwes);
        let upload = Upload::of(&pass).signed("2026-09-20").given(pupil, "photo").file(pupil, "скан.png", &photo(400));
        let (status, page) = upload.sent(&world).await;
        assert_eq!(status, 200, "{page}");
        assert!(page.contains("Принято: ") && page.contains("Бумага есть: 1") && page.contains("JPG"), "{page}");
        assert_eq!((state(&world, pupil).await, world.count(KEPT).await), (State::Uploaded, 1));
        let answers = async |purpose: &str| {
            let sql = "select act from consent_now where person = $1 and purpose = $2 and method = 'paper'";
            let act: String =
                sqlx::query_scalar(sql).bind(pupil.0).bind(purpose).fetch_one(&world.database.pool).await.unwrap();
            act
        };
        assert_eq!(
            (answers("processing").await, answers("photo").await, answers("messages").await),
            ("given".into(), "given".into(), "refused".into())
        );
        // What lies in the store says nothing: neither what it is nor whose.
        let lying = objects(&world);
        assert_eq!(lying.len(), 1);
        let closed = std::fs::read(&lying[0]).unwrap();
        assert!(!closed.starts_with(b"\xff\xd8") && !closed.windows(3).any(|part| part == b"GPS"));
        assert!(!lying[0].to_string_lossy().contains(&pupil.0.simple().to_string()));

        // Whoever looks says why; the address works for a minute, and the journal knows.
        let (_, page) =
            ask(&world, Method::POST, "/page/class/papers", &[("pass", &pass), ("pupil", &pupil.to_string())]).await;
        assert!(page.contains("Удалить скан?") && page.contains("Зачем"), "{page}");
        let document = field(&page, "document").to_owned();
        let form = [("pass", pass.as_str()), ("document", &document), ("why", "check")];
        let answer = client().post(format!("{}/page/class/papers/scan", world.base)).form(&form).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 303);
        let address = format!("{}{}", world.base, answer.headers()[LOCATION].to_str().unwrap());
        let shown = client().get(&address).send().await.unwrap();
        assert_eq!((shown.status().as_u16(), &shown.headers()["content-type"]), (200, &"image/jpeg".parse().unwrap()));
        assert_eq!(
            (&shown.headers()["cache-control"], &shown.headers()["x-content-type-options"]),
            (&"no-store".parse().unwrap(), &"nosniff".parse().unwrap())
        );
        let bytes = shown.bytes().await.unwrap();
        assert!(bytes.starts_with(b"\xff\xd8\xff") && !bytes.windows(3).any(|part| part == b"GPS"));
        let sql = "select subject::text || detail from journal where act = 'scan_opened'";
        let line: String = sqlx::query_scalar(sql).fetch_one(&world.database.pool).await.unwrap();
        assert!(line.starts_with(&pupil.to_string()) && line.contains("\"why\":\"check\""), "{line}");
        world.advance(chrono::TimeDelta::seconds(61)).await;
        assert_eq!(client().get(&address).send().await.unwrap().status().as_u16(), 410);
        world.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_one_file_is_said_and_costs_no_other() {
    let world = World::new().await;
    let people = world.seed().await;
    let (_, page, pass) = class(&world, "vk", &seeded(&people, "Ольга")).await;
    let pupil = pupil_of(&page);
    let large = [b"%PDF-1.7".to_vec(), vec![b' '; papers::MAX_BYTES]].concat();
    let mut blank = b"%PDF-".to_vec();
    blank.resize(60 * 1024 * 1024, 0);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("скан.pdf", b"MZ\x90\0\x03".to_vec(), "это программа, а не скан"),
        ("большой.pdf", large, "больше 5 МБ"),
        ("пусто.pdf", Vec::new(), "файл пустой"),
        ("фото.heic", b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), "Сохраните его как JPG"),
        ("половина.jpg", photo(300)[..200].to_vec(), "картинка повреждена"),
        ("бомба.zip", zip(&[("1.pdf", &blank)]), "больше 30 файлов или больше 50 МБ"),
        ("чужое.zip", zip(&[("скан.pdf", b"MZ\x90\0")]), "в архиве есть не скан"),
        ("текст.pdf", b"<html>%PDF-".to_vec(), "Сохраните скан в одном из этих форматов"),
    ];
    let mut upload = Upload::of(&pass).signed("2026-09-20");
    for (name, bytes, _) in &cases {
        upload = upload.file(pupil, name, bytes);
    }
    // The last one is good: nothing before it has taken it along.
    let locked = b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj trailer <</Encrypt 9 0 R>>\n%%EOF";
    let (status, page) = upload.file(pupil, "с паролем.pdf", locked).sent(&world).await;
    assert_eq!(status, 200);
    for (name, _, why) in &cases {
        let told = page.split_once(&format!("файл «{name}»")).unwrap_or_else(|| panic!("{name} in {page}")).1;
        assert!(told.split_once("</li>").unwrap().0.contains(why), "{name}: {why} in {page}");
    }
    assert!(page.contains("Принято: "), "{page}");
    assert_eq!(state(&world, pupil).await, State::Uploaded);
    let kept: (String, i32) =
        sqlx::query_as("select kind, size from document").fetch_one(&world.database.pool).await.unwrap();
    assert_eq!(kept, ("pdf".into(), i32::try_from(locked.len()).unwrap()), "kept as it came");
    assert_eq!((objects(&world).len(), world.count("select count(*) from loose_object").await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_replaced_or_taken_away_after_a_question() {
    let world = World::new().await;
    let people = world.seed().await;
    let (_, page, pass) = class(&world, "telegram", &seeded(&people, "Ольга")).await;
    let pupil = pupil_of(&page);
    let pdf = |text: &str| format!("%PDF-1.4\n{text}\n%%EOF").into_bytes();
    for on in ["2026-10-02", "2025-01-01", "вчера", ""] {
        let (_, page) = Upload::of(&pass).signed(on).file(pupil, "1.pdf", &pdf("один")).sent(&world).await;
        assert!(page.contains("Дата подписания не указана"), "{on}: {page}");
    }
    assert_eq!(world.count(KEPT).await, 0);
    Upload::of(&pass).signed("2026-10-01").file(pupil, "1.pdf", &pdf("один")).sent(&world).await;
    // Once more is a mistake until somebody says that it is none.
    let (_, page) = Upload::of(&pass).signed("2026-10-01").file(pupil, "2.pdf", &pdf("два")).sent(&world).await;
    assert!(page.contains("скан уже есть"), "{page}");
    let object = "select object from document";
    let first: String = sqlx::query_scalar(object).fetch_one(&world.database.pool).await.unwrap();
    let (_, page) =
        Upload::of(&pass).signed("2026-10-01").replacing().file(pupil, "2.pdf", &pdf("два")).sent(&world).await;
    assert!(page.contains("Принято: "), "{page}");
    let second: String = sqlx::query_scalar(object).fetch_one(&world.database.pool).await.unwrap();
    assert_ne!(first, second);
    assert_eq!((objects(&world).len(), world.count(KEPT).await), (1, 1));
    let (_, page) =
        ask(&world, Method::POST, "/page/class/papers", &[("pass", &pass), ("remove", &pupil.to_string())]).await;
    assert!(page.contains("Скан удалили"), "{page}");
    assert_eq!((objects(&world).len(), world.count(KEPT).await), (0, 0));
    assert_eq!(state(&world, pupil).await, State::PaperOwes);
    let (status, _) =
        ask(&world, Method::POST, "/page/class/papers", &[("pass", &pass), ("remove", &pupil.to_string())]).await;
    assert_eq!(status, 404, "it is gone");
    // Nothing chosen is told too.
    let (_, page) = Upload::of(&pass).signed("2026-10-01").file(pupil, "", b"").sent(&world).await;
    assert!(page.contains("Ни одного файла не выбрано"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_out_of_scope_look_like_papers_that_are_not_there() {
    let world = World::new().await;
    let people = world.seed().await;
    let (_, page, pass) = class(&world, "telegram", &seeded(&people, "Ольга")).await;
    let pupil = pupil_of(&page);
    let pdf = b"%PDF-1.4\n%%EOF";
    Upload::of(&pass).signed("2026-09-20").file(pupil, "1.pdf", pdf).sent(&world).await;
    let document: Uuid = sqlx::query_scalar("select id from document").fetch_one(&world.database.pool).await.unwrap();

    // A pupil of another school: not there, whatever the form says.
    let sql = "select r.person from role r join class c on c.id = r.class join school s on s.id = c.school
               where r.role = 'pupil' and s.inn <> '8600000100' limit 1";
    let other = PersonId(sqlx::query_scalar(sql).fetch_one(&world.database.pool).await.unwrap());
    let (_, page) = Upload::of(&pass).signed("2026-09-20").file(other, "1.pdf", pdf).sent(&world).await;
    assert!(page.contains("такого ученика среди ваших нет"), "{page}");
    for (to, more) in
        [("/page/class/papers", ("pupil", other.to_string())), ("/page/class/papers", ("remove", other.to_string()))]
    {
        assert_eq!(ask(&world, Method::POST, to, &[("pass", &pass), (more.0, &more.1)]).await.0, 404);
    }
    let sheets = [("pass", pass.as_str()), ("whose", "all"), ("pupil", &other.to_string())];
    assert_eq!(ask(&world, Method::POST, "/page/class/papers/sheets", &sheets).await.0, 404);
    // The town's coordinator sees it, by the same page.
    let nina = nina(&world, "vk", &people).await;
    nina.says("ученики").await;
    nina.presses("Найти по названию").await;
    nina.says("сош 6б").await;
    nina.unread().await;
    let theirs = opens(&world, &nina).await;
    let hers = field(&theirs, "pass");
    let showing =
        |pass: &str| [("pass", pass.to_owned()), ("document", document.to_string()), ("why", "request".to_owned())];
    let asked = async |pass: &str| {
        let url = format!("{}/page/class/papers/scan", world.base);
        client().post(url).form(&showing(pass)).send().await.unwrap().status().as_u16()
    };
    assert_eq!((asked(&pass).await, asked(hers).await), (303, 303));
    // A class that was given away is nobody's business any more.
    sqlx::query("update role set revoked_at = granted_at where role = 'teacher'")
        .execute(&world.database.pool)
        .await
        .unwrap();
    assert_eq!(asked(&pass).await, 404);
    let (status, _) = Upload::of(&pass).signed("2026-09-20").file(pupil, "1.pdf", pdf).sent(&world).await;
    assert_eq!(status, 404);
    // Who has no pass is not listened to.
    let (status, _) = Upload::of("nothing").file(pupil, "1.pdf", pdf).sent(&world).await;
    assert_eq!(status, 410);
    assert_eq!(world.count(KEPT).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_is_gone_from_the_store_and_what_was_left_behind_is_swept() {
    let world = World::new().await;
    let people = world.seed().await;
    let (_, page, pass) = class(&world, "vk", &seeded(&people, "Ольга")).await;
    let pupil = pupil_of(&page);
    Upload::of(&pass).signed("2026-09-20").file(pupil, "1.pdf", b"%PDF-1.4\n%%EOF").sent(&world).await;
    let mut tx = store::begin(&world.database.pool).await.unwrap();
    let loose = papers::erase(&mut tx, pupil, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((loose.len(), world.count(KEPT).await, objects(&world).len()), (1, 0, 1));
    let sweep =
        async |now: DateTime<Utc>| papers::desk::sweep(&world.database.pool, &world.cabinet, now).await.unwrap();
    assert_eq!(sweep(world.clock.now()).await, 0, "perhaps it is on its way");
    assert_eq!(sweep(world.clock.now() + chrono::TimeDelta::hours(2)).await, 1);
    assert_eq!((objects(&world).len(), world.count("select count(*) from loose_object").await), (0, 0));
}

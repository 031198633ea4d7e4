//! The table of a class, filled in by a teacher: it goes to the coordinator, who imports it or returns it with a remark.

use provodnik::{import::table, people::roles::Role};
use reqwest::multipart::{Form, Part};
use uuid::Uuid;

use crate::{
    world::{World, seeded},
    world_broadcast::nina,
    world_hands::counted,
    world_pupils::{names, opens, posts, teacher},
    world_staff::{field, granted, takes},
};

/// Hands a table in on the teacher's page.
async fn hands_in(world: &World, pass: &str, school: &str, table: &str) -> (u16, String) {
    let file = Part::bytes(table.as_bytes().to_vec()).file_name("class.csv");
    let form = Form::new().text("pass", pass.to_owned()).text("school", school.to_owned()).part("table", file);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.post(format!("{}/page/tables", world.base)).multipart(form).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teachers_table_goes_to_the_coordinator_and_comes_back_or_in() {
    let world = World::new().await;
    let people = world.seed().await;
    let olga = teacher(&world, "telegram", "Ольга", &seeded(&people, "Ольга")).await;
    let nina = nina(&world, "vk", &people).await;
    olga.unread().await;
    nina.unread().await;
    olga.says("импорт").await;
    let said = olga.last().await;
    assert!(said.contains("форма вашей школы"), "{said}");
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap().to_owned();
    let (_, page) = crate::world_staff::ask(&world, reqwest::Method::POST, &link, &[]).await;
    let pass = field(&page, "pass").to_owned();
    let school = page.split_once("<option value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    // The form is the table that is read, with her school and herself in it.
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let asked = [("pass", pass.as_str()), ("school", school.as_str())];
    let book = client.post(format!("{}/page/tables/form", world.base)).form(&asked).send().await.unwrap();
    assert!(book.headers()["content-type"].to_str().unwrap().contains("spreadsheetml"));
    let form = table::read(&book.bytes().await.unwrap()).unwrap();
    let first: Vec<String> = form.rows[0].cells.iter().map(table::Cell::text).collect();
    assert_eq!(first[2..6], ["учитель", "mironova@example.ru", "Миронова", "Ольга"]);
    let (inn, kpp) = (first[0].clone(), first[1].clone());
    let header = form.header.join(";");
    let teacher = format!("{inn};{kpp};учитель;mironova@example.ru;Миронова;Ольга;Викторовна;Ж;;8;А;2026-2027");
    let rows = |sex: &str, inn: &str| {
        let blank = format!("{inn};{kpp};;;;;;;;;;2026-2027");
        let pupil = format!("{inn};{kpp};ученик;;Снежинский;Никита;Олегович;{sex};09.11.2012;8;А;2026-2027");
        [header.as_str(), &teacher, &pupil, &blank].join("\r\n")
    };
    // Of another school, or with nobody in it: refused, and nothing waits.
    let (_, strange) = hands_in(&world, &pass, &school, &rows("М", "8600000999")).await;
    assert!(strange.contains("в этих строках другая школа: 3"), "{strange}");
    let (_, empty) = hands_in(&world, &pass, &school, &format!("{header}\r\n{inn};{kpp};;;;;;;;;;2026-2027")).await;
    assert!(empty.contains("нет ни одного человека"), "{empty}");
    assert_eq!(world.count("select count(*) from table_request").await, 0);
    // With a fault: sent all the same, the fault is shown to both.
    let (_, sent) = hands_in(&world, &pass, &school, &rows("да", &inn)).await;
    assert!(sent.contains("Таблица у координатора.") && sent.contains("впишите М или Ж"), "{sent}");
    assert!(sent.contains("ждёт координатора"), "{sent}");
    world.settle().await;
    let told = nina.unread().await.join("\n");
    assert!(
        told.contains("Педагог прислал таблицу класса") && !told.contains("Снежин") && !told.contains("Ольга"),
        "{told}"
    );
    let desk = opens(&world, &nina, "Открыть страницу").await;
    let desk_pass = field(&desk, "pass").to_owned();
    assert!(desk.contains("Таблицы от педагогов") && desk.contains("Ольга М."), "{desk}");
    let request = field(&desk, "request").to_owned();
    let work = async |form: &[(&str, &str)]| posts(&world, "/page/import/handed", &desk_pass, form).await;
    let (_, one) = work(&[("request", &request)]).await;
    assert!(one.contains("впишите М или Ж") && one.contains("name=\"remark\""), "{one}");
    let (_, back) =
        work(&[("request", &request), ("do", "return"), ("remark", "Исправьте пол <b>в строке 3</b>")]).await;
    assert!(back.contains("Таблица возвращена") && !back.contains("Таблицы от педагогов"), "{back}");
    assert_eq!(work(&[("request", &request), ("do", "import")]).await.0, 404, "decided");
    world.settle().await;
    let told = olga.unread().await.join("\n");
    assert!(told.contains("вернул её с замечанием") && !told.contains("Исправьте"), "{told}");
    let page = opens(&world, &olga, "Открыть страницу").await;
    assert!(page.contains("возвращена") && page.contains("Исправьте пол &#60;b&#62;"), "{page}");
    let pass = field(&page, "pass").to_owned();
    // Corrected: twice, the second replaces the first; imported in one press.
    hands_in(&world, &pass, &school, &rows("М", &inn)).await;
    hands_in(&world, &pass, &school, &rows("М", &inn)).await;
    assert_eq!(world.count("select count(*) from table_request where state = 'waiting'").await, 1);
    let (_, desk) = work(&[]).await;
    let request = field(&desk, "request").to_owned();
    let (_, written) = work(&[("request", &request), ("do", "import")]).await;
    assert!(written.contains("ученики: добавить 1"), "{written}");
    world.settle().await;
    assert!(olga.unread().await.join("\n").contains("координатор её загрузил"));
    olga.says("мои ученики").await;
    olga.presses("8А").await;
    assert!(names(&opens(&world, &olga, "Список").await).contains(&"Никита С."));
    assert_eq!(world.count("select count(*) from table_request where rows is not null").await, 0, "nothing is kept");
    for (act, times) in [("table_handed_in", 3), ("table_returned", 1), ("imported", 1)] {
        assert_eq!(counted(&world, act).await, times, "{act}");
    }
    // Whoever answers for another place sees none of it, and a teacher's pass opens no desk.
    hands_in(&world, &pass, &school, &rows("М", &inn)).await;
    let waiting: Uuid = sqlx::query_scalar("select id from table_request where state = 'waiting'")
        .fetch_one(&world.database.pool)
        .await
        .unwrap();
    let waiting = waiting.to_string();
    let code = granted(&world, Role::Coordinator, "Калининград").await;
    let other = takes(&world, "vk", &code, ["Лунина", "Вера"]).await;
    other.says("импорт").await;
    let said = other.last().await;
    let link = said.split_whitespace().find(|word| word.contains("/once/")).unwrap().to_owned();
    let (_, theirs) = crate::world_staff::ask(&world, reqwest::Method::POST, &link, &[]).await;
    assert!(!theirs.contains("Таблицы от педагогов"), "{theirs}");
    let theirs = field(&theirs, "pass").to_owned();
    for what in ["", "import", "return"] {
        let form = [("request", waiting.as_str()), ("do", what), ("remark", "нет")];
        assert_eq!(posts(&world, "/page/import/handed", &theirs, &form).await.0, 404, "{what}");
    }
    assert_eq!(posts(&world, "/page/import/handed", &pass, &[("request", &waiting)]).await.0, 410);
    assert_eq!(hands_in(&world, &desk_pass, &school, &rows("М", &inn)).await.0, 410);
}

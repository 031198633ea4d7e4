//! Consents in the database: what can't be changed, how a text gets a version, what a paper does, and what ОВЗ makes of it.

use chrono::{DateTime, NaiveDate, Utc};
use provodnik::{
    consents::{self, Act, Audience, Giver, Method, Paper, Purpose, State, texts},
    ids::{Dice, PersonId},
    people::needs::{self, Group, Need},
    store::consents::{Text, keep_text},
};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::{cluster, region};

const SEASON: &str = "2026-2027";

fn noon() -> DateTime<Utc> {
    region::TODAY.parse().unwrap()
}

fn today() -> NaiveDate {
    noon().date_naive()
}

struct Region {
    db: PgConnection,
    /// 14 and older.
    older: PersonId,
    younger: PersonId,
    teacher: PersonId,
    dice: Dice,
}

impl Region {
    async fn new() -> Self {
        let database = cluster::database().await;
        let clock = region::some_day(&database.pool).await;
        region::seeded(&database.pool, &clock).await;
        let mut db = database.pool.acquire().await.unwrap().detach();
        let pupils = "select distinct person from role where role = 'pupil'";
        let pupils: Vec<Uuid> = sqlx::query_scalar(pupils).fetch_all(&mut db).await.unwrap();
        let pupils: Vec<_> = pupils.into_iter().map(PersonId).collect();
        let facts = consents::facts(&mut db, &region::vault(), SEASON, &pupils).await.unwrap();
        let of =
            |decides| facts.iter().find(|(_, facts)| facts.decides(today()) == decides).map(|(id, _)| *id).unwrap();
        let teacher = "select person from role where role = 'teacher' limit 1";
        let teacher = PersonId(sqlx::query_scalar(teacher).fetch_one(&mut db).await.unwrap());
        Self { older: of(true), younger: of(false), db, teacher, dice: Dice::loaded(5) }
    }

    async fn state(&mut self, person: PersonId) -> State {
        let on = (SEASON, today());
        consents::state_of(&mut self.db, &region::vault(), on, person).await.unwrap().unwrap()
    }

    async fn does(&mut self, by: Giver, purpose: Purpose, act: Act) {
        consents::record(&mut self.db, &self.dice, &by, (SEASON, purpose, act), "ru", noon()).await.unwrap();
    }

    fn paper(&self, pupil: PersonId) -> Paper<'static> {
        Paper { pupil, season: SEASON, document: Uuid::from_u128(7), checked_by: self.teacher }
    }

    async fn uploads(&mut self, pupil: PersonId, given: &[Purpose]) {
        let with = (&region::vault(), &self.dice);
        let paper = self.paper(pupil);
        consents::paper_given(&mut self.db, with, paper, given, noon()).await.unwrap();
    }
}

/// What the database says to a statement that must not be.
async fn refusal(db: &mut PgConnection, statement: &'static str) -> String {
    sqlx::query(statement).execute(db).await.unwrap_err().to_string()
}

#[tokio::test]
async fn nothing_that_was_said_or_read_can_be_changed_or_taken_out_but_by_erasing_the_person() {
    let mut region = Region::new().await;
    let (older, younger) = (region.older, region.younger);
    region.does(Giver::own(older, None, Audience::Pupil), Purpose::Processing, Act::Given).await;
    region.uploads(younger, &[Purpose::Processing]).await;
    for statement in [
        "update consent set act = 'withdrawn'",
        "update consent set at = at",
        "delete from consent",
        "truncate consent",
        "update consent_text set body = ''",
        "delete from consent_text",
        "truncate consent_text cascade",
    ] {
        let why = refusal(&mut region.db, statement).await;
        assert!(why.contains("is append-only"), "{statement}: {why}");
    }
    let mut tx = region.db.begin().await.unwrap();
    assert_eq!(consents::erase(&mut tx, younger).await.unwrap(), 4);
    let why = refusal(&mut tx.begin().await.unwrap(), "delete from consent").await;
    assert!(why.contains("is append-only"), "the way of the erasure is shut behind it: {why}");
    tx.commit().await.unwrap();
    assert_eq!((region.state(younger).await, region.state(older).await), (State::PaperOwes, State::ByPupil));
}

#[tokio::test]
async fn another_body_is_another_version_and_the_same_one_is_none() {
    let mut db = cluster::database().await.pool.acquire().await.unwrap().detach();
    texts::keep_all(&mut db, noon()).await.unwrap();
    texts::keep_all(&mut db, noon()).await.unwrap();
    let kept: i64 = sqlx::query_scalar("select count(*) from consent_text").fetch_one(&mut db).await.unwrap();
    assert_eq!(kept, i64::try_from(texts::ALL.len()).unwrap());
    let ours = texts::current(Purpose::Photo, Audience::Pupil, "ru");
    let body = "# Другой текст\n\nСовсем.";
    let other = Text { purpose: "photo", audience: "pupil", locale: "ru", body, sha256: [1; 32] };
    let row = |version: i32| Uuid::from_u128(u128::try_from(version).unwrap());
    assert_eq!(keep_text(&mut db, &other, row, noon()).await.unwrap(), row(2));
    assert_eq!(keep_text(&mut db, &other, row, noon()).await.unwrap(), row(2));
    // Back to the former words: a version of its own, for it is asked anew.
    texts::keep(&mut db, ours, noon()).await.unwrap();
    let versions = "select version from consent_text where purpose = 'photo' and audience = 'pupil' and locale = 'ru' and body like $1 order by 1";
    let title = format!("%{}%", ours.title());
    let versions: Vec<i32> = sqlx::query_scalar(versions).bind(title).fetch_all(&mut db).await.unwrap();
    assert_eq!(versions, [1, 3]);
}

#[tokio::test]
async fn a_paper_counts_until_it_is_taken_back_and_not_against_what_was_said_since() {
    let mut region = Region::new().await;
    let (older, younger) = (region.older, region.younger);
    region.uploads(younger, &[Purpose::Processing, Purpose::Passing]).await;
    assert_eq!(region.state(younger).await, State::Uploaded);
    let answers = consents::answers(&mut region.db, younger, SEASON).await.unwrap();
    assert_eq!((answers[&Purpose::Photo].act, answers[&Purpose::Passing].act), (Act::Refused, Act::Given));
    assert!(answers.values().all(|answer| answer.method == Method::Paper && answer.giver.is_none()));
    let paper = region.paper(younger);
    let with = (&region::vault(), &region.dice);
    consents::paper_withdrawn(&mut region.db, with, paper, noon()).await.unwrap();
    assert_eq!(region.state(younger).await, State::PaperOwes);
    let answers = consents::answers(&mut region.db, younger, SEASON).await.unwrap();
    assert_eq!((answers[&Purpose::Photo].act, answers[&Purpose::Passing].act), (Act::Refused, Act::Withdrawn));

    region.uploads(older, &[Purpose::Processing]).await;
    region.does(Giver::own(older, None, Audience::Pupil), Purpose::Processing, Act::Given).await;
    let (paper, with) = (region.paper(older), (&region::vault(), &region.dice));
    consents::paper_withdrawn(&mut region.db, with, paper, noon()).await.unwrap();
    assert_eq!(region.state(older).await, State::ByPupil);

    let acts = "select act from journal order by seq";
    let acts: Vec<String> = sqlx::query_scalar(acts).fetch_all(&mut region.db).await.unwrap();
    assert_eq!(acts, ["consent_on_paper", "paper_withdrawn", "consent_on_paper", "paper_withdrawn"]);
}

#[tokio::test]
async fn limited_health_is_kept_sealed_and_makes_a_confirmation_a_paper_that_is_owed() {
    let mut region = Region::new().await;
    let (older, vault) = (region.older, region::vault());
    region.does(Giver::own(older, None, Audience::Pupil), Purpose::Processing, Act::Given).await;
    assert_eq!(region.state(older).await, State::ByPupil);
    assert_eq!(needs::of(&mut region.db, &vault, older).await.unwrap(), Need::default());
    let need = Need { limited_health: true, disability: false, group: Some(Group::Autism) };
    needs::set(&mut region.db, &vault, older, need).await.unwrap();
    assert_eq!(needs::of(&mut region.db, &vault, older).await.unwrap(), need);
    assert_eq!(region.state(older).await, State::PaperOwes);
    let sealed: Vec<u8> = sqlx::query_scalar("select sealed from pupil_need").fetch_one(&mut region.db).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("autism"));
    // A disability alone leaves the decision with the pupil; neither leaves no row.
    let need = Need { limited_health: false, disability: true, group: None };
    needs::set(&mut region.db, &vault, older, need).await.unwrap();
    assert_eq!(region.state(older).await, State::ByPupil);
    needs::set(&mut region.db, &vault, older, Need::default()).await.unwrap();
    let rows: i64 = sqlx::query_scalar("select count(*) from pupil_need").fetch_one(&mut region.db).await.unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn staff_confirm_for_themselves_season_by_season() {
    let mut region = Region::new().await;
    let teacher = region.teacher;
    assert!(consents::adult_owes(&mut region.db, teacher, SEASON).await.unwrap());
    let given = (SEASON, [Purpose::Processing, Purpose::Messages].as_slice());
    consents::adult_given(&mut region.db, &region.dice, (teacher, None), given, "ru", noon()).await.unwrap();
    assert!(!consents::adult_owes(&mut region.db, teacher, SEASON).await.unwrap());
    assert!(consents::adult_owes(&mut region.db, teacher, "2027-2028").await.unwrap());
}

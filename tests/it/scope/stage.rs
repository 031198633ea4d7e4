//! Two regions, three towns, four schools and five classes, somebody of every role in the first of them, and in each class what
//! there is to be asked for.

use std::{collections::HashMap, sync::Mutex};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use provodnik::{
    ids::{AccountId, BroadcastId, ClassId, CodeId, EventId, PersonId, SchoolId, TerritoryId},
    import::{column::PEOPLE, table::Table},
    people::{
        Profile, Sex,
        codes::{self, Code},
        roles::{Place, Role, invite},
    },
    seal,
    store::{
        self,
        events::NewEvent,
        guardians,
        manual_requests::NewRequest,
        people::Record,
        roles::NewRole,
        territories::{ClassKey, NewTerritory, School},
    },
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Level, Where, Who};
use crate::world::{Phone, World};

const YEAR: &str = "2026-2027";
/// Town, school, class, pupil, teacher, by distance.
const PLACES: [(&str, &str, &str, &str, &str); 5] = [
    ("Ближнегорск", "Школа Ближняя", "А", "Агафон", "Аглая"),
    ("Ближнегорск", "Школа Ближняя", "Б", "Евлампий", "Евдокия"),
    ("Ближнегорск", "Школа Соседняя", "А", "Пахом", "Пелагея"),
    ("Дальнегорск", "Школа Дальняя", "А", "Прокоп", "Прасковья"),
    ("Чужегорск", "Школа Чужая", "А", "Тарас", "Таисия"),
];

/// What there is to be asked for at a distance.
#[derive(Clone, Debug)]
pub struct Target {
    pub town: TerritoryId,
    pub town_name: String,
    pub school: SchoolId,
    pub school_name: String,
    /// What finds the class: «8а» and its school.
    pub class_words: String,
    pub class: ClassId,
    pub pupil: PersonId,
    pub teacher: PersonId,
    /// The teacher's role.
    pub role: Uuid,
    /// The pupil's, to verify a phone by hand.
    pub request: Uuid,
    pub event: EventId,
    /// One that the pupil has been to.
    pub visited: EventId,
    /// A broadcast that the teacher has let go, and that is over.
    pub cast: BroadcastId,
    /// A table that the teacher has handed in.
    pub handed: Uuid,
    /// An administrator whom the school's head has proposed.
    pub proposal: Uuid,
    /// The town's group chat.
    pub chat: i64,
    pub invitation: CodeId,
    pub invitation_code: String,
    pub parent_code: String,
    pub card: String,
    pub inn: String,
    pub kpp: String,
    pupil_name: String,
    teacher_name: String,
}

impl Target {
    /// One of which there is nothing.
    pub fn missing() -> Self {
        let none = Uuid::from_u128(404);
        Self {
            town: TerritoryId(none),
            town_name: "Небывалогорск".to_owned(),
            school: SchoolId(none),
            school_name: "Школа Небывалая".to_owned(),
            class_words: "8а небывалая".to_owned(),
            class: ClassId(none),
            pupil: PersonId(none),
            teacher: PersonId(none),
            role: none,
            cast: BroadcastId(none),
            handed: none,
            proposal: none,
            request: none,
            event: EventId(none),
            visited: EventId(none),
            chat: 404_404,
            invitation: CodeId(none),
            invitation_code: "ABCD-2345".to_owned(),
            parent_code: "ABCD-2346".to_owned(),
            card: "ABCD-2347".to_owned(),
            inn: "0000000404".to_owned(),
            kpp: "000000404".to_owned(),
            pupil_name: String::new(),
            teacher_name: String::new(),
        }
    }

    /// What must not be told to whoever has nothing to do with it.
    pub fn marks(&self) -> [(Level, Vec<String>); 2] {
        let class = ids_of(self);
        let school = [self.school.0, self.event.0, self.handed, self.proposal];
        let school = school.iter().flat_map(|id| [id.to_string(), id.simple().to_string()]);
        let school = school.chain([self.school_name.clone()]).collect();
        [(Level::Class, class), (Level::School, school)]
    }
}

fn ids_of(target: &Target) -> Vec<String> {
    let ids = [target.class.0, target.pupil.0, target.teacher.0, target.role, target.request, target.cast.0];
    let ids = ids.iter().flat_map(|id| [id.to_string(), id.simple().to_string()]);
    ids.chain([target.pupil_name.clone(), target.teacher_name.clone()]).collect()
}

/// Somebody with a phone.
pub struct Actor<'w> {
    pub who: Who,
    pub phone: Phone<'w>,
    pub person: PersonId,
    pub account: AccountId,
}

/// Everything.
pub struct Stage<'w> {
    pub world: &'w World,
    pub actors: Vec<Actor<'w>>,
    targets: Vec<Target>,
    /// What somebody far away has written, and not sent.
    pub draft: Uuid,
    complaints: Mutex<Vec<String>>,
    /// What was said of what does not exist.
    nothing: Mutex<HashMap<(String, Who), String>>,
}

impl<'w> Stage<'w> {
    pub async fn set(world: &'w World) -> Self {
        let mut tx = store::begin(&world.database.pool).await.unwrap();
        let set = Setting { world, now: world.clock.now() };
        let country = set.territory(&mut tx, None, "federation", "Россия").await;
        let near = set.territory(&mut tx, Some(country), "region", "Ближний край").await;
        let far = set.territory(&mut tx, Some(country), "region", "Чужой край").await;
        let mut targets = Vec::new();
        for (n, place) in (0..).zip(PLACES) {
            targets.push(set.target(&mut tx, if n < 4 { near } else { far }, n, place).await);
        }
        let draft = set.draft(&mut tx, targets[4].town).await;
        let mut people = Vec::new();
        for who in Who::ALL {
            people.push((who, set.somebody(&mut tx, who, (country, near), &targets[0]).await));
        }
        // What requests over HTTP use up is put back from there.
        let kept = "create table proposal_as_staged as table proposal;
                    create table table_request_as_staged as table table_request";
        sqlx::raw_sql(kept).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let mut actors = Vec::new();
        for (who, code) in people {
            actors.push(arrive(world, who, code).await);
        }
        // The stage's own pupil has a card no more, having come with it; the others' are still to be used.
        Self { world, actors, targets, draft, complaints: Mutex::default(), nothing: Mutex::default() }
    }

    pub fn target(&self, at: Where) -> &Target {
        &self.targets[at as usize]
    }

    /// Something is as it must not be; what else is wrong is found all the same.
    pub fn complain(&self, what: String) {
        self.complaints.lock().unwrap().push(what);
    }

    /// What is said to somebody of a thing that does not exist; asked once.
    pub async fn of_nothing(&self, what: &str, who: Who, ask: impl Future<Output = String>) -> String {
        let key = (what.to_owned(), who);
        let known = self.nothing.lock().unwrap().get(&key).cloned();
        if let Some(known) = known {
            return known;
        }
        let said = ask.await;
        self.nothing.lock().unwrap().insert(key, said.clone());
        said
    }

    /// All that was wrong.
    pub fn complaints(&self) -> Vec<String> {
        self.complaints.lock().unwrap().clone()
    }

    /// The civil time of it all.
    pub fn now(&self) -> DateTime<Utc> {
        self.world.clock.now()
    }
}

/// Signs in with a code, if there is one, and gets to the menu.
async fn arrive<'w>(world: &'w World, who: Who, code: Option<Code>) -> Actor<'w> {
    let phone = world.telegram(&who.name()).await;
    phone.starts().await;
    if let Some(code) = code {
        phone.says(&code.shown()).await;
        phone.says("меню").await;
    }
    phone.unread().await;
    let found = sqlx::query_as("select id, person from account where external = $1").bind(phone.id.to_string());
    let (account, person): (Uuid, Uuid) = found.fetch_one(&world.database.pool).await.unwrap();
    Actor { who, phone, person: PersonId(person), account: AccountId(account) }
}

/// What the stage is made with.
struct Setting<'w> {
    world: &'w World,
    now: DateTime<Utc>,
}

impl Setting<'_> {
    fn id(&self) -> Uuid {
        self.world.parts.dice.uuid(self.now)
    }

    async fn territory(
        &self,
        db: &mut PgConnection,
        parent: Option<TerritoryId>,
        kind: &str,
        name: &str,
    ) -> TerritoryId {
        let new = NewTerritory { id: TerritoryId(self.id()), parent, kind, name };
        store::territories::find_or_add(db, &new).await.unwrap()
    }

    /// A person of the programme.
    async fn person(&self, db: &mut PgConnection, first: &str, pupil_of: Option<SchoolId>) -> PersonId {
        let (id, vault) = (PersonId(self.id()), &self.world.parts.vault);
        let profile = Profile {
            last: "Сценин".to_owned(),
            first: first.to_owned(),
            patronymic: None,
            sex: Some(Sex::Male),
            birth: pupil_of.and_then(|_| NaiveDate::from_ymd_opt(2012, 4, 3)),
            email: None,
        };
        let record = Record {
            id,
            profile: profile.seal(vault, id).unwrap(),
            identity: pupil_of.map(|school| profile.identity(vault, school)),
            email: None,
            adult: pupil_of.is_none(),
        };
        store::people::write(db, &[record], self.now).await.unwrap();
        id
    }

    async fn grant(
        &self,
        db: &mut PgConnection,
        person: PersonId,
        role: Role,
        (territory, school, class): (Option<TerritoryId>, Option<SchoolId>, Option<ClassId>),
    ) -> Uuid {
        let id = self.id();
        let role = NewRole { id, person, role: role.word(), territory, school, class };
        store::roles::grant(db, &[role], self.now).await.unwrap();
        id
    }

    async fn target(
        &self,
        db: &mut PgConnection,
        region: TerritoryId,
        n: u128,
        (town_name, school_name, letter, pupil_name, teacher_name): (&str, &str, &str, &str, &str),
    ) -> Target {
        let town = self.territory(db, Some(region), "municipality", town_name).await;
        // The own school and the one of the class beside are the same one.
        let number = n.max(1);
        let (inn, kpp) = (format!("860000010{number}"), format!("86000110{number}"));
        let school = SchoolId(Uuid::from_u128(8_600 + number));
        let row = School { id: school, territory: town, name: school_name.into(), inn: inn.clone(), kpp: kpp.clone() };
        store::territories::write_school(db, &row).await.unwrap();
        let key = ClassKey { school, school_year: YEAR.into(), grade: 8, letter: letter.into() };
        let class = store::territories::classes(db, &[(key, self.id())]).await.unwrap()[0].1;
        let pupil = self.person(db, pupil_name, Some(school)).await;
        self.grant(db, pupil, Role::Pupil, (None, Some(school), Some(class))).await;
        let teacher = self.person(db, teacher_name, None).await;
        let role = self.grant(db, teacher, Role::Teacher, (None, Some(school), Some(class))).await;
        let (invitation, invitation_code) = self.invitation(db, school).await;
        Target {
            town,
            town_name: town_name.to_owned(),
            school,
            school_name: school_name.to_owned(),
            class_words: format!("8{letter} {school_name}"),
            class,
            pupil,
            teacher,
            role,
            cast: self.cast(db, teacher).await,
            handed: self.handed(db, school, teacher).await,
            proposal: self.proposal(db, school, teacher).await,
            request: self.request(db, pupil).await,
            event: self.event(db, school, TimeDelta::days(i64::try_from(n).unwrap() + 3)).await,
            visited: self.visited(db, school, pupil).await,
            chat: self.chat(db, town).await,
            invitation,
            invitation_code,
            parent_code: self.parent_code(db, pupil).await,
            card: self.card(db, pupil).await.shown(),
            inn,
            kpp,
            pupil_name: pupil_name.to_owned(),
            teacher_name: teacher_name.to_owned(),
        }
    }

    async fn card(&self, db: &mut PgConnection, person: PersonId) -> Code {
        let parts = &self.world.parts;
        codes::issue(db, &parts.vault, &parts.dice, self.now, &[person]).await.unwrap().remove(0).1
    }

    async fn invitation(&self, db: &mut PgConnection, school: SchoolId) -> (CodeId, String) {
        let parts = &self.world.parts;
        let role = (Role::Teacher, Place::School(school));
        let id = invite::keep(db, &parts.vault, &parts.dice, role, None, "", self.now).await.unwrap();
        (id, codes::of_link(&parts.vault, id).shown())
    }

    async fn parent_code(&self, db: &mut PgConnection, child: PersonId) -> String {
        let (id, vault) = (CodeId(self.id()), &self.world.parts.vault);
        let code = codes::of_link(vault, id);
        let lives = (self.now, self.now + TimeDelta::hours(1));
        guardians::put_code(db, (id, child), &code.hash_in(vault, "parent code"), lives).await.unwrap();
        code.shown()
    }

    async fn request(&self, db: &mut PgConnection, person: PersonId) -> Uuid {
        let id = self.id();
        let place = seal::Place { table: "manual_request", column: "phone", row: id.as_bytes() };
        let phone = self.world.parts.vault.seal(place, b"+79161234567");
        let new = NewRequest { id, person, account: None, phone, reason: "no_call" };
        store::manual_requests::add(db, &new, self.now).await.unwrap();
        id
    }

    async fn visited(&self, db: &mut PgConnection, school: SchoolId, pupil: PersonId) -> EventId {
        let event = self.event(db, school, TimeDelta::days(-1)).await;
        store::events::set(db, event, pupil, true, self.now).await.unwrap();
        event
    }

    async fn event(&self, db: &mut PgConnection, school: SchoolId, begins: TimeDelta) -> EventId {
        let id = EventId(self.id());
        let starts_at = self.now + begins;
        let event = NewEvent {
            id,
            territory: None,
            school: Some(school),
            title: "Событие".to_owned(),
            place: "Зал".to_owned(),
            starts_at,
            ends_at: starts_at + TimeDelta::hours(2),
            seats: 9,
            grades: (6, 11),
            season: YEAR.to_owned(),
            stage: Some("try".to_owned()),
        };
        store::events::add(db, &event, self.now).await.unwrap();
        id
    }

    async fn chat(&self, db: &mut PgConnection, town: TerritoryId) -> i64 {
        let sql = "insert into group_chat (lane, external, title, changed_at, territory)
                   values ('telegram:7000000001', $1, 'Чат', $2, $3)
                   on conflict (lane, external) do update set title = 'Чат' returning id";
        let chat = sqlx::query_scalar(sql).bind(format!("-{}", town.0.as_u128() % 1_000_000_007));
        chat.bind(self.now).bind(town.0).fetch_one(db).await.unwrap()
    }

    /// A broadcast that the coordinator of a town has written.
    async fn draft(&self, db: &mut PgConnection, town: TerritoryId) -> Uuid {
        let author = self.person(db, "Автор", None).await;
        self.grant(db, author, Role::Coordinator, (Some(town), None, None)).await;
        let id = self.id();
        let place = seal::Place { table: "broadcast", column: "text", row: id.as_bytes() };
        let text = self.world.parts.vault.seal(place, "Письмо".as_bytes());
        store::broadcasts::draft(db, BroadcastId(id), author, (&text, b"digest"), self.now).await.unwrap();
        id
    }

    async fn cast(&self, db: &mut PgConnection, author: PersonId) -> BroadcastId {
        let id = BroadcastId(self.id());
        let place = seal::Place { table: "broadcast", column: "text", row: id.0.as_bytes() };
        let text = self.world.parts.vault.seal(place, "Письмо".as_bytes());
        store::broadcasts::draft(db, id, author, (&text, b"digest"), self.now).await.unwrap();
        let sql = "update broadcast set state = 'done', sent_at = $2, starts_at = $2 where id = $1";
        sqlx::query(sql).bind(id.0).bind(self.now).execute(db).await.unwrap();
        id
    }

    /// A form with nobody in it.
    async fn handed(&self, db: &mut PgConnection, school: SchoolId, teacher: PersonId) -> Uuid {
        let id = self.id();
        let header = PEOPLE.iter().map(|column| column.title().to_owned()).collect();
        let rows = serde_json::to_vec(&Table { header, ..Table::default() }).unwrap();
        let place = seal::Place { table: "table_request", column: "rows", row: id.as_bytes() };
        let sealed = self.world.parts.vault.seal(place, &rows);
        store::table_requests::put(db, (id, school, teacher), &sealed, self.now).await.unwrap();
        id
    }

    async fn proposal(&self, db: &mut PgConnection, school: SchoolId, teacher: PersonId) -> Uuid {
        let id = self.id();
        let who = serde_json::json!({"last": "Предложенная", "first": "Голова", "patronymic": "", "position": "head",
            "email": "head@example.ru", "phone": "+7 916 123-45-67"});
        let place = seal::Place { table: "proposal", column: "sealed", row: id.as_bytes() };
        let sealed = self.world.parts.vault.seal(place, who.to_string().as_bytes());
        store::proposals::put(db, (id, school), &sealed, teacher, self.now).await.unwrap();
        id
    }

    /// Somebody of this role, near the first class; the code of their card.
    async fn somebody(
        &self,
        db: &mut PgConnection,
        who: Who,
        (country, region): (TerritoryId, TerritoryId),
        own: &Target,
    ) -> Option<Code> {
        let place = match who {
            Who::Nobody => return None,
            // Already there.
            Who::Pupil => return Some(self.card(db, own.pupil).await),
            Who::Federal => (Role::Operator, (Some(country), None, None)),
            Who::Operator => (Role::Operator, (Some(region), None, None)),
            Who::Support => (Role::Support, (Some(region), None, None)),
            Who::Coordinator => (Role::Coordinator, (Some(own.town), None, None)),
            Who::Host => (Role::Host, (Some(own.town), None, None)),
            Who::Partner => (Role::Partner, (Some(own.town), None, None)),
            Who::Mentor => (Role::Mentor, (Some(own.town), None, None)),
            Who::Head => (Role::SchoolAdmin, (None, Some(own.school), None)),
            Who::Teacher => (Role::Teacher, (None, Some(own.school), Some(own.class))),
            Who::Parent => (Role::Parent, (None, Some(own.school), None)),
        };
        let person = self.person(db, &who.name(), None).await;
        self.grant(db, person, place.0, place.1).await;
        if who == Who::Parent {
            guardians::link(db, self.id(), (own.pupil, person), "mother", self.now).await.unwrap();
        }
        Some(self.card(db, person).await)
    }
}

//! The demo region and an imported school in the database of whole processes, and the codes of everybody there.

use chrono::{DateTime, Utc};
use provodnik::{
    clock::Clock,
    demo::{self, SeedPerson},
    ids::Dice,
    import,
    seal::{Keys, Vault},
    store::civil_clock,
};
use sqlx::PgPool;

use crate::running::KEY;

/// In the morning in Surgut, on a day of the season on which nobody is reminded of anything.
pub const TODAY: &str = "2026-10-01T10:00:00+05:00";

/// Civil time begins there for every process that starts after this, whatever the machine's calendar says: on some days a
/// reminder would be the last thing that somebody hears.
pub async fn some_day(pool: &PgPool) -> Clock {
    let (clock, today) = (Clock::system(), TODAY.parse::<DateTime<Utc>>().unwrap());
    let mut db = pool.acquire().await.unwrap();
    clock.set_offset(civil_clock::advance(&mut db, today - clock.now()).await.unwrap());
    clock
}

/// What the processes of a test seal with.
pub fn vault() -> Vault {
    Vault::new(Keys::parse(&format!("1:{KEY}").into(), &KEY.into()).unwrap())
}

/// The demo region, in an empty database.
pub async fn seeded(pool: &PgPool, clock: &Clock) -> Vec<SeedPerson> {
    let (vault, now) = (vault(), clock.now());
    let mut tx = provodnik::store::begin(pool).await.unwrap();
    demo::seed(&mut tx, &vault, &Dice::loaded(3), now).await.unwrap();
    let people = demo::people(&mut tx, &vault, now).await.unwrap();
    tx.commit().await.unwrap();
    people
}

/// The codes of the pupils of `import-clean.xlsx`.
pub async fn imported(pool: &PgPool, clock: &Clock) -> Vec<String> {
    let mut cards = Vec::new();
    for file in ["schools.xlsx", "import-clean.xlsx"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import").join(file);
        let bytes = std::fs::read(path).unwrap();
        let options = import::Options { write: true, codes: true, ..import::Options::default() };
        let mut tx = provodnik::store::begin(pool).await.unwrap();
        let report = import::run(&mut tx, &vault(), &Dice::loaded(4), clock.now(), &bytes, &options).await.unwrap();
        tx.commit().await.unwrap();
        cards = report.cards;
    }
    cards.into_iter().map(|card| card.code.shown()).collect()
}

//! Every sealed value goes over to a new key, and the old one is needed no more.

use provodnik::{
    ids::Dice,
    rotation,
    seal::{Keys, Vault, fresh_key},
    store::sealed,
};
use secrecy::ExposeSecret;

use crate::{
    world::{World, seeded},
    world_broadcast::{nina, writes},
    world_events::{pupil, signs_up},
    world_staff::invites,
};

/// The world's own key under 1, another under 2, and both together. The index key is the world's in each.
fn vaults() -> [Vault; 2] {
    let dice = Dice::loaded(1);
    let (one, index, two) = (fresh_key(&dice), fresh_key(&dice), fresh_key(&Dice::loaded(2)));
    let (one, two) = (one.expose_secret(), two.expose_secret());
    let vault = |fields: String| Vault::new(Keys::parse(&fields.into(), &index).unwrap());
    [vault(format!("1:{one},2:{two}")), vault(format!("2:{two}"))]
}

/// The columns that hold bytes and are no hashes.
const BYTES: &str = "select table_name || '.' || column_name from information_schema.columns
    where table_schema = 'public' and table_name not like '\\_sqlx%' and data_type = 'bytea'
      and column_name not in ('hash', 'code_mac', 'identity', 'sha256') and column_name not like '%\\_index' order by 1";

#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_over_to_the_new_key_and_a_second_time_changes_nothing() {
    let world = World::new().await;
    let people = world.seed().await;
    let nina = nina(&world, "telegram", &people).await;
    invites(&nina, "МБОУ СОШ № 100", "педагог-навигатор", "Олег, физика").await;
    nina.says("меню").await;
    let lev = pupil(&world, "vk", &seeded(&people, "Лев")).await;
    signs_up(&lev).await;
    writes(&nina, "Ученикам", "Завтра в 15:00 экскурсия на завод").await;
    let mut db = world.database.pool.acquire().await.unwrap().detach();
    let known: Vec<String> = sqlx::query_scalar(BYTES).fetch_all(&mut db).await.unwrap();
    let mut listed: Vec<String> = sealed::ALL.iter().map(|of| format!("{}.{}", of.table, of.column)).collect();
    listed.sort();
    assert_eq!(listed, known, "a sealed column that the list does not know stays under the old key");

    let [both, new] = vaults();
    let mut before = 0;
    for of in sealed::ALL {
        before += rotation::column(&mut db, &both, *of).await.unwrap();
        // Once more: nothing is left, and what was sealed anew opens with the new key alone.
        assert_eq!(rotation::column(&mut db, &new, *of).await.unwrap(), 0);
    }
    assert!(before > 15, "{before}");
    for of in sealed::ALL {
        // Behind no key at all everything is another's: each value opens at its place.
        let found = sealed::find(&mut db, *of, (0, "(0,0)"), 1_000).await.unwrap();
        for value in found {
            let place = provodnik::seal::Place { table: of.table, column: of.column, row: &value.row };
            assert!(new.open(place, &value.value).is_ok(), "{of:?}");
        }
    }
    // A key that is not there stops it, and says where.
    let dice = Dice::loaded(3);
    let other =
        Vault::new(Keys::parse(&format!("3:{}", fresh_key(&dice).expose_secret()).into(), &fresh_key(&dice)).unwrap());
    let error = rotation::column(&mut db, &other, sealed::ALL[0]).await.unwrap_err().to_string();
    assert_eq!(error, "person.profile: a sealed value needs field key 2, which is not in FIELD_KEYS");
}

//! The demo region, and the databases that it must not touch.

use chrono::TimeDelta;
use provodnik::{demo, ids::Dice};

use crate::{
    cluster,
    people_help::{account, noon, vault},
};

#[tokio::test]
async fn the_same_people_with_the_same_codes_come_again() {
    let mut db = cluster::database().await.pool.acquire().await.unwrap().detach();
    assert!(demo::seed(&mut db, &vault(), &Dice::loaded(1), noon()).await.unwrap());
    let people = demo::people(&mut db, &vault(), noon()).await.unwrap();
    assert!(people.len() >= 10 && people.iter().all(|p| p.code.is_some()));
    assert_eq!(people.iter().filter(|p| p.account.is_some()).count(), 3);

    assert!(!demo::seed(&mut db, &vault(), &Dice::loaded(2), noon()).await.unwrap());
    assert_eq!(demo::people(&mut db, &vault(), noon()).await.unwrap(), people);
    let later = noon() + TimeDelta::days(40);
    assert!(demo::people(&mut db, &vault(), later).await.unwrap().iter().all(|p| p.code.is_none()));
    demo::seed(&mut db, &vault(), &Dice::loaded(3), later).await.unwrap();
    assert_eq!(demo::people(&mut db, &vault(), later).await.unwrap(), people);
}

#[tokio::test]
async fn somebody_elses_database_is_refused() {
    let mut db = cluster::empty_database().await.pool.acquire().await.unwrap().detach();
    demo::admits(&mut db).await.unwrap();
    sqlx::query("create table recipes (id int)").execute(&mut db).await.unwrap();
    assert!(matches!(demo::admits(&mut db).await, Err(demo::Error::Foreign)));

    let mut db = cluster::database().await.pool.acquire().await.unwrap().detach();
    demo::admits(&mut db).await.unwrap();
    account(&mut db, &Dice::loaded(1), "vk:1", "1").await;
    assert!(matches!(demo::admits(&mut db).await, Err(demo::Error::Foreign)));
    let seeded = demo::seed(&mut db, &vault(), &Dice::loaded(1), noon()).await;
    assert!(matches!(seeded, Err(demo::Error::Foreign)));
    assert_eq!(demo::people(&mut db, &vault(), noon()).await.unwrap(), []);
}

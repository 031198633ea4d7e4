//! A season turns: classes go up, grade 11 leaves, what was proved stays, and a second time changes nothing.

use chrono::TimeDelta;
use provodnik::{
    ids::SchoolId,
    season::turn::{self, Turned, Years},
    store::{self, season_turns},
};

use crate::{
    world::{World, seeded},
    world_events::pupil,
};

/// Turns every school as the command does, each in a transaction of its own; gives what came of all of them.
async fn turns(world: &World, years: &Years) -> (usize, Turned) {
    let mut db = world.database.pool.acquire().await.unwrap();
    let schools = season_turns::schools(&mut db, &years.from).await.unwrap();
    let mut all = Turned::default();
    for (school, _) in &schools {
        let turned = one(world, *school, years).await;
        assert_eq!(turn::look(&mut db, *school, years).await.unwrap(), Turned::default(), "nothing is left");
        all.up += turned.up;
        all.left += turned.left;
        all.teachers += turned.teachers;
    }
    (schools.len(), all)
}

async fn one(world: &World, school: SchoolId, years: &Years) -> Turned {
    let (parts, now) = (&world.parts, world.clock.now());
    let mut tx = store::begin(&world.database.pool).await.unwrap();
    let turned = turn::turn(&mut tx, (&parts.vault, &parts.dice), school, years, now).await.unwrap();
    tx.commit().await.unwrap();
    turned
}

#[tokio::test(flavor = "multi_thread")]
async fn a_season_turns() {
    let world = World::new().await;
    let people = world.seed().await;
    let lev = pupil(&world, "vk", &seeded(&people, "Лев")).await;
    lev.says("меню").await;
    lev.presses("Подтвердить телефон").await;
    let digits = lev.is_rung("+79161234567", Some("Мой")).await;
    lev.says(&digits).await;
    lev.unread().await;
    // One in the last grade, who leaves.
    sqlx::query(
        "update class set grade = 11 where id = (select r.class from role r join person p on p.id = r.person
           where r.role = 'pupil' and p.signed_in_at is null order by r.id limit 1)",
    )
    .execute(&world.database.pool)
    .await
    .unwrap();
    let seats =
        "select count(*) from role r join class c on c.id = r.class where r.role = 'pupil' and r.revoked_at is null";
    let (pupils, last) = (world.count(seats).await, world.count("select count(*) from role r join class c on c.id = r.class where r.role = 'pupil' and c.grade = 11 and r.revoked_at is null").await);
    let teachers = world.count("select count(*) from role r join class c on c.id = r.class where r.role = 'teacher' and c.grade < 11 and r.revoked_at is null").await;
    assert!(last > 0 && pupils > last);

    world.advance(TimeDelta::days(300)).await;
    lev.unread().await;
    let years = Years::leaving("2026-2027").unwrap();
    let grades = "select sum(c.grade)::bigint from role r join class c on c.id = r.class where r.role = 'pupil' and r.revoked_at is null and c.grade < 11";
    let before = world.count(grades).await;
    let (schools, turned) = turns(&world, &years).await;
    assert!(schools > 1);
    let many = |n: i64| usize::try_from(n).unwrap();
    assert_eq!(turned, Turned { up: many(pupils - last), left: many(last), ahead: 0, teachers: many(teachers) });
    assert_eq!(world.count(seats).await, pupils - last);
    let after = "select sum(c.grade)::bigint from role r join class c on c.id = r.class where r.role = 'pupil' and r.revoked_at is null";
    assert_eq!(world.count(after).await, before + pupils - last, "each a grade up");
    assert_eq!(world.count("select count(*) from role r join class c on c.id = r.class where c.school_year = '2026-2027' and r.revoked_at is null and r.role in ('pupil', 'teacher')").await, 0);

    // Who was verified is.
    lev.says("меню").await;
    let said = lev.unread().await.join("\n");
    assert!(said.contains("Лев, телефон подтверждён"), "{said}");
    // Who has left is there, in the archive, and belongs to no class.
    assert_eq!(
        world.count("select count(*) from archived a join class c on c.id = a.class and c.grade = 11").await,
        last
    );
    assert_eq!(world.count("select count(*) from person p where p.kind = 'record' and p.profile is null").await, 0);
    // Again, and nothing changes.
    let lines = world.count("select count(*) from journal").await;
    assert_eq!(turns(&world, &years).await, (0, Turned::default()));
    assert_eq!(world.count("select count(*) from journal").await, lines);
    assert_eq!(
        world.count("select count(*) from journal where act = 'season_turned'").await,
        i64::try_from(schools).unwrap()
    );
}

/// The table of the new year was imported first: whoever sits there already is not moved twice.
#[tokio::test(flavor = "multi_thread")]
async fn whom_an_import_has_brought_to_the_new_year_only_leaves_the_old_one() {
    let world = World::new().await;
    world.seed().await;
    sqlx::raw_sql(
        "insert into class (id, school, school_year, grade, letter)
         select gen_random_uuid(), school, '2027-2028', grade + 1, letter from class where grade < 11;
         insert into role (id, person, role, class, granted_at)
         select gen_random_uuid(), r.person, 'pupil', n.id, r.granted_at
         from role r join class c on c.id = r.class and c.grade < 11
         join class n on n.school = c.school and n.letter = c.letter and n.grade = c.grade + 1 and n.school_year = '2027-2028'
         where r.role = 'pupil' and r.revoked_at is null",
    )
    .execute(&world.database.pool)
    .await
    .unwrap();
    world.advance(TimeDelta::days(300)).await;
    let doubled = world.count("select count(*) from role where role = 'pupil' and revoked_at is null").await;
    let (_, turned) = turns(&world, &Years::leaving("2026-2027").unwrap()).await;
    assert_eq!(turned.up, 0);
    let twice = "select count(*) from (select person from role where role = 'pupil' and revoked_at is null group by person having count(*) > 1) twice";
    assert_eq!(world.count(twice).await, 0);
    assert!(world.count("select count(*) from role where role = 'pupil' and revoked_at is null").await < doubled);
}

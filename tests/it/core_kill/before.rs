//! What comes before each turn: who takes part, and where they stand.

use chrono::{DateTime, TimeDelta, Utc};
use provodnik::{demo::SeedPerson, jobs};

use super::turns::{NUMBER, Turn};
use crate::{
    world::{Phone, World, seeded},
    world_broadcast::{chat_code, connect, nina},
    world_events::{opens_workshops, pupil, signs_up},
};

/// When the workshops are over, in Surgut.
const OVER: &str = "2026-10-04T17:00:00+05:00";
/// When the pupils of Surgut are reminded of a stage.
const REMINDED: &str = "2026-10-07T10:00:00+05:00";
/// When the evening of that day is over.
const NIGHT: &str = "2026-10-07T21:00:00+05:00";

/// What the world before a turn must be known by.
#[derive(Debug, Default)]
pub struct Before {
    /// Who acts in it, and who else sees something.
    pub phones: Vec<i64>,
    /// A group that sees something.
    pub group: Option<i64>,
    /// What is said in it: the digits of the call that rang, the code of a chat.
    pub said: Option<String>,
}

impl Before {
    /// Brings everybody who takes part to where they stand before the turn.
    pub async fn of(turn: Turn, world: &World, people: &[SeedPerson]) -> Self {
        let code = |first| seeded(people, first);
        match turn {
            Turn::Start => Self::alone(&world.telegram("Артём").await),
            Turn::Answer => Self::alone(&world.signed_in("vk", "Артём", &code("Артём")).await),
            Turn::SignIn => {
                let phone = world.telegram("Артём").await;
                phone.starts().await;
                Self::alone(&phone)
            }
            Turn::Ring => {
                let phone = world.signed_in("vk", "Артём", &code("Артём")).await;
                phone.says(NUMBER).await;
                Self::alone(&phone)
            }
            Turn::RightDigits | Turn::WrongDigits | Turn::Reminder | Turn::Block => {
                let phone = world.signed_in("telegram", "Артём", &code("Артём")).await;
                let rang = phone.is_rung(NUMBER, Some("Мой")).await;
                Self { said: Some(rang), ..Self::alone(&phone) }
            }
            Turn::Switch | Turn::SistersQuestion => Self::alone(&sisters(turn, world, people).await),
            Turn::Batch | Turn::Alone => {
                let second = world.signed_in("telegram", "Вера", &code("Вера")).await;
                let third = world.telegram("Марк").await;
                third.starts().await;
                Self::all(&[world.telegram("Артём").await, second, third])
            }
            Turn::Seat | Turn::LastSeats => seats(turn, world, people).await,
            Turn::AskErasure | Turn::Erase => leaving(turn, world, people).await,
            Turn::AskVisitors => visitors(world, people).await,
            Turn::FormAnswer | Turn::Tick | Turn::LastAnswer => Self::alone(&form(turn, world, people).await),
            Turn::Broadcast | Turn::Bind => staff(turn, world, people).await,
            Turn::StageRule | Turn::Night => stage(turn, world, people).await,
        }
    }

    fn alone(phone: &Phone<'_>) -> Self {
        Self::all(std::slice::from_ref(phone))
    }

    fn all(phones: &[Phone<'_>]) -> Self {
        Self { phones: phones.iter().map(|phone| phone.id).collect(), ..Self::default() }
    }
}

/// Two profiles of one account, the second of which is asked something.
async fn sisters<'w>(turn: Turn, world: &'w World, people: &[SeedPerson]) -> Phone<'w> {
    let family = world.signed_in("vk", "Соколовы", &seeded(people, "Алина")).await;
    family.says(NUMBER).await;
    family.says("кто сейчас").await;
    family.presses("Добавить ученика").await;
    family.says(&seeded(people, "Вера")).await;
    if turn == Turn::Switch {
        family.presses("Позже").await;
        family.says("кто сейчас").await;
    }
    family
}

/// In front of three seats: one who may have any, or two who may have what one has left.
async fn seats(turn: Turn, world: &World, people: &[SeedPerson]) -> Before {
    let first = pupil(world, "vk", &seeded(people, "Лев")).await;
    if turn == Turn::Seat {
        opens_workshops(&first).await;
        return Before::alone(&first);
    }
    signs_up(&first).await;
    let mut all = vec![first];
    for name in ["Артём", "Майя"] {
        let phone = pupil(world, "telegram", &seeded(people, name)).await;
        opens_workshops(&phone).await;
        all.push(phone);
    }
    Before::all(&all)
}

/// A pupil with a phone, a seat and a parent's code, before the yes to being erased, or after it; somebody else stays.
async fn leaving(turn: Turn, world: &World, people: &[SeedPerson]) -> Before {
    let lev = pupil(world, "vk", &seeded(people, "Лев")).await;
    let maya = pupil(world, "telegram", &seeded(people, "Майя")).await;
    signs_up(&lev).await;
    lev.says("меню").await;
    lev.presses("Подтвердить телефон").await;
    lev.is_rung(NUMBER, Some("Мой")).await;
    lev.says("удалить мои данные").await;
    if turn == Turn::Erase {
        lev.presses("Да, удалить").await;
        lev.says("привет").await;
    }
    Before::all(&[lev, maya])
}

/// One in each messenger who came to an event that is almost over.
async fn visitors(world: &World, people: &[SeedPerson]) -> Before {
    let mut all = Vec::new();
    for (name, channel) in [("Лев", "vk"), ("Майя", "telegram")] {
        let phone = pupil(world, channel, &seeded(people, name)).await;
        signs_up(&phone).await;
        all.push(phone);
    }
    until(world, OVER, TimeDelta::seconds(-1)).await;
    Before::all(&all)
}

/// At the first question of a form, at one with options to tick, or at the last.
async fn form<'w>(turn: Turn, world: &'w World, people: &[SeedPerson]) -> Phone<'w> {
    let channel = if turn == Turn::Tick { "telegram" } else { "vk" };
    let phone = pupil(world, channel, &seeded(people, "Лев")).await;
    signs_up(&phone).await;
    until(world, OVER, TimeDelta::zero()).await;
    phone.presses("Рассказать").await;
    if turn != Turn::FormAnswer {
        phone.presses("5").await;
    }
    if turn == Turn::LastAnswer {
        phone.presses("☐ Наставник").await;
        phone.presses("Готово").await;
        phone.presses("Да, хочу ещё").await;
    }
    phone
}

/// A coordinator before «Отправить», with pupils in both messengers and a chat; or with a code for that chat.
async fn staff(turn: Turn, world: &World, people: &[SeedPerson]) -> Before {
    let nina = nina(world, "telegram", people).await;
    let mut all = Vec::new();
    for (name, channel) in [("Лев", "vk"), ("Майя", "telegram")] {
        all.push(pupil(world, channel, &seeded(people, name)).await);
    }
    let chat = world.group("Педагоги Сургута", "telegram", &[&nina]).await;
    let group = Some(chat.id);
    let code = chat_code(&nina).await;
    all.insert(0, nina);
    if turn == Turn::Bind {
        return Before { group, said: Some(code), ..Before::all(&all) };
    }
    connect(&all[0], &chat, &code).await;
    all[0].says("рассылка").await;
    all[0].presses("Ученикам и в чаты").await;
    all[0].says("Завтра в 15:00 экскурсия на завод").await;
    Before { group, ..Before::all(&all) }
}

/// A second before pupils are reminded of a stage; or before the night, with what reminds them still in the outbox.
async fn stage(turn: Turn, world: &World, people: &[SeedPerson]) -> Before {
    let mut all = Vec::new();
    for (name, channel) in [("Лев", "vk"), ("Майя", "telegram")] {
        all.push(pupil(world, channel, &seeded(people, name)).await);
    }
    until(world, REMINDED, TimeDelta::seconds(-1)).await;
    if turn == Turn::Night {
        let parts = &world.parts;
        jobs::clock::advance(&parts.pool, &world.clock, &parts.nudge, TimeDelta::seconds(1)).await.unwrap();
        jobs::reminders::fire_due(&world.parts).await.unwrap();
        // As if a long queue stood before it all day.
        let late = "update delivery set due = $1::timestamptz where state = 'queued'";
        sqlx::query(late).bind(moment(NIGHT)).execute(&world.database.pool).await.unwrap();
        until(world, NIGHT, TimeDelta::seconds(-1)).await;
    }
    Before::all(&all)
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn until(world: &World, when: &str, and: TimeDelta) {
    world.advance(moment(when) + and - world.clock.now()).await;
}

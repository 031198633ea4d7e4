//! Whatever statement a turn dies at, and whether it dies before it or with its answer lost: the update comes again, and in
//! the end everything is as if nothing had happened.
//!
//! A turn here is all that follows from one act: the transaction itself, calls outside, the turn of their answer, what the
//! lanes send. The statements are not listed: a turn is played once undisturbed and watched ([`Wire`]), and then again with a cut at
//! each of them. Compared is everything that stands anywhere at the end ([`State`]).

mod before;
mod state;
mod turns;
mod wire;

use std::time::Duration;

use futures_util::{StreamExt, stream};
use provodnik::{demo::SeedPerson, jobs};
use sqlx::Executor;

use crate::{cluster, world::World};

use before::Before;
use state::{Chance, State};
use turns::Turn;
use wire::{Cut, Seen, Side, Wire};

/// Every row and every sequence, as they stand before the turn.
const SAVE: &str = "
    update lane set owner = null, until = null;
    create schema saved;
    do $$ declare t text; begin
      for t in select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
        execute format('create table saved.%1$I as table public.%1$I', t);
      end loop;
    end $$;
    create table saved.\"the sequences\" as select sequencename as name, last_value from pg_sequences where schemaname = 'public';";
/// They stand so again.
const RESTORE: &str = "
    do $$ declare t text; begin
      set local session_replication_role = replica;
      for t in select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
        execute format('delete from public.%I', t);
        execute format('insert into public.%1$I overriding system value table saved.%1$I', t);
      end loop;
    end $$;
    select setval(format('public.%I', name)::regclass, coalesce(last_value, 1), last_value is not null)
    from saved.\"the sequences\";";
/// Ids that nothing else has.
const OTHER_IDS: &str =
    "select setval(format('public.%I', sequencename)::regclass, 1000) from pg_sequences where schemaname = 'public'";
/// What would be over after some operational seconds is over now.
const LATER: &str = "
    update timer set retry_at = null;
    update signal set retry_at = null;
    update outside_call set claimed_until = null;
    update delivery set retry_at = null where retry_at is not null;
    update delivery set claimed_until = '-infinity' where claimed_until is not null;";

/// Who serves a lane, and which of several chats is served first.
const NO_MATTER: &str = "
    update lane set owner = null, until = null;
    update delivery set message_id = 'some' where message_id is not null;";

/// A turn that is about to be taken, as often as one likes.
struct Stage {
    turn: Turn,
    database: cluster::Database,
    wire: Wire,
    /// As they stand before the turn.
    chats: tempfile::TempDir,
    people: Vec<SeedPerson>,
    before: Before,
}

/// One run of a turn.
struct Run {
    seen: Vec<Seen>,
    /// Cuts that were never come to.
    missed: Vec<Cut>,
    state: State,
}

impl Stage {
    async fn set(turn: Turn) -> Self {
        let database = cluster::database().await;
        let world = World::over(database.clone(), turn.setup()).await;
        let people = world.seed().await;
        let before = Before::of(turn, &world, &people).await;
        database.pool.execute(SAVE).await.unwrap();
        Self { turn, wire: Wire::to(&database.url).await, database, chats: world.chats().await, people, before }
    }

    /// Plays the turn with these cuts, lets everything settle, and looks what has become of it. With other luck (0: that of
    /// every run with cuts) it is the same turn with other ids.
    async fn play(&self, cuts: &[Cut], luck: u64) -> Run {
        let played = tokio::time::timeout(PATIENCE, self.play_on(cuts, luck)).await;
        played.unwrap_or_else(|_| {
            panic!("{:?} with {cuts:?} does not come to an end: {:#?}", self.turn, self.wire.rest())
        })
    }

    async fn play_on(&self, cuts: &[Cut], luck: u64) -> Run {
        self.database.pool.execute(RESTORE).await.unwrap();
        if luck != 0 {
            self.database.pool.execute(OTHER_IDS).await.unwrap();
        }
        let chats = tempfile::tempdir().unwrap();
        std::fs::copy(self.chats.path().join("chats.json"), chats.path().join("chats.json")).unwrap();
        let near = cluster::Database { pool: self.wire.pool.clone(), url: self.database.url.clone() };
        let world = World::resumed(near, self.turn.setup(), chats, 100 + luck).await;
        jobs::clock::follow(&world.parts).await.unwrap();
        // The lanes are taken; nothing else is to be done.
        world.idle().await;

        self.wire.watch(cuts);
        self.turn.begin(&world, &self.people, &self.before).await;
        world.settle_through().await;
        if let Some(later) = self.turn.lasts() {
            self.database.pool.execute(LATER).await.unwrap();
            world.settle_through().await;
            world.clock.advance(later);
            world.settle_through().await;
        }
        let (seen, missed) = self.wire.rest();
        self.database.pool.execute(LATER).await.unwrap();
        world.done().await;
        self.database.pool.execute(NO_MATTER).await.unwrap();
        Run { seen, missed, state: State::of(&world, &self.before, &self.database.pool).await }
    }

    /// Plays the turn with this cut, after others perhaps.
    async fn die(&self, first: &[Cut], cut: &Cut) -> State {
        let cuts = [first, std::slice::from_ref(cut)].concat();
        for _ in 0..TRIES {
            let run = self.play(&cuts, 0).await;
            if run.missed.is_empty() {
                return run.state;
            }
        }
        panic!("{cut} was never come to");
    }
}

/// A run takes less than a second; one that takes so long stands still.
const PATIENCE: Duration = Duration::from_secs(90);

/// Which of a turn's points are tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grid {
    /// After each commit, and before every [`STRIDE`]th statement: up to its commit it is the same for a transaction where it
    /// dies. Each kind of turn begins to count at another statement, so that of what all of them do something else is struck in
    /// each.
    Some,
    /// Every statement from both sides.
    Whole,
}

/// So that hardly a transaction is left out, for most are longer, and all kinds of turn are done within a minute on two cores:
/// half of it would cost half a minute more, and the whole grid finds what lies between.
const STRIDE: usize = 8;
/// A lane looks for work as often as its requests need to come back: one look more or less is no fault of a run.
const TRIES: usize = 3;

impl Grid {
    fn cuts(self, turn: Turn, seen: &[Seen]) -> Vec<Cut> {
        let sides = |(place, seen): (usize, &Seen)| -> &[Side] {
            match self {
                Self::Whole => &[Side::Before, Side::After],
                Self::Some if seen.commits() && seen.statement.nth == 1 => &[Side::After],
                Self::Some if place % STRIDE == turn as usize % STRIDE => &[Side::Before],
                Self::Some => &[],
            }
        };
        let cut = |side: &Side, seen: &Seen| Cut { statement: seen.statement.clone(), side: *side };
        seen.iter().enumerate().flat_map(|at| sides(at).iter().map(move |side| cut(side, at.1))).collect()
    }
}

/// Takes a turn again and again with a cut at each point of the grid. Gives how many there were.
async fn dies_anywhere(turn: Turn, grid: Grid) -> usize {
    let stage = Stage::set(turn).await;
    let (should, other) = (stage.play(&[], 0).await, stage.play(&[], 1).await);
    let chance = Chance::between(&should.state, &other.state);
    assert_eq!(other.state.differs(&should.state, &chance), Vec::<String>::new(), "{turn:?} undisturbed");

    let mut first = Vec::new();
    let mut seen = should.seen;
    if turn == Turn::Alone {
        let commit = seen.iter().position(Seen::commits).unwrap();
        first = vec![Cut { statement: seen[commit].statement.clone(), side: Side::Before }];
        seen = stage.play(&first, 0).await.seen.split_off(commit);
    }
    let cuts = grid.cuts(turn, &seen);
    let mut red = Vec::new();
    for cut in &cuts {
        // Shown if the world itself finds a fault.
        eprintln!("{turn:?}: {cut}");
        let state = stage.die(&first, cut).await;
        let lines = state.differs(&should.state, &chance);
        red.extend(lines.into_iter().map(|line| format!("{turn:?}, {cut}\n  {line}")));
    }
    assert!(red.is_empty(), "{}", red.join("\n"));
    cuts.len()
}

macro_rules! turns {
    ($($name:ident: $turn:ident),* $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            dies_anywhere(Turn::$turn, Grid::Some).await;
        }
    )*};
}

turns! {
    a_first_start: Start,
    an_answer_in_the_middle_of_a_flow: Answer,
    a_sign_in_that_moves_the_run: SignIn,
    a_call_that_rings: Ring,
    digits_that_are_right: RightDigits,
    digits_that_are_wrong: WrongDigits,
    a_reminder: Reminder,
    a_switch_of_profiles: Switch,
    a_sisters_question: SistersQuestion,
    a_person_who_blocks_us: Block,
    a_batch_of_three: Batch,
    a_batch_whose_turns_are_tried_alone: Alone,
    an_answer_in_the_middle_of_a_form: FormAnswer,
    an_option_that_is_ticked: Tick,
    the_last_answer_of_a_form: LastAnswer,
    a_seat_at_an_event: Seat,
    the_last_seats_at_an_event: LastSeats,
    visitors_who_are_asked_how_it_was: AskVisitors,
    a_broadcast: Broadcast,
    a_code_that_makes_a_group_ours: Bind,
    a_rule_that_reminds_of_a_stage: StageRule,
    a_night_that_comes_before_a_reminder: Night,
    somebody_who_asks_to_be_erased: AskErasure,
    a_job_that_erases: Erase,
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "thousands of runs: cargo test --release --test it -- --ignored every_statement_of_every_turn"]
async fn every_statement_of_every_turn() {
    let runs = stream::iter(Turn::ALL).map(|turn| dies_anywhere(turn, Grid::Whole));
    let points: Vec<usize> = runs.buffered(2).collect().await;
    eprintln!("{} points: {points:?} of {:?}", points.iter().sum::<usize>(), Turn::ALL);
}

//! Who may do what, where: every command, button, action and route in the hands of every role, at every distance.
//!
//! What there is to be asked for is read from the program (its actions, its commands, the flows that begin by a button, the
//! routes and pages of its source), so what has no row fails here. All outcomes stand in `snapshots/`, to be read and judged by
//! people; and whatever stands there, what is out of somebody's reach must look to them exactly like what does not exist, and
//! nothing of it may be told to them.

mod actions;
mod chats;
mod routes;
mod stage;

use std::fmt::Write as _;

use stage::Stage;

/// A role, with the scope it is held over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// Operator of the country.
    Federal,
    /// Operator of a region.
    Operator,
    Coordinator,
    Head,
    Teacher,
    Host,
    Partner,
    Mentor,
    /// First-line support of a region.
    Support,
    Parent,
    Pupil,
    /// Whom nobody knows.
    Nobody,
}

impl Who {
    pub const ALL: [Self; 12] = [
        Self::Federal,
        Self::Operator,
        Self::Coordinator,
        Self::Head,
        Self::Teacher,
        Self::Host,
        Self::Partner,
        Self::Mentor,
        Self::Support,
        Self::Parent,
        Self::Pupil,
        Self::Nobody,
    ];

    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// How far away from somebody a thing is: in the own class, or in the nearest other …
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    Own,
    Class,
    School,
    Town,
    Region,
}

impl Where {
    pub const ALL: [Self; 5] = [Self::Own, Self::Class, Self::School, Self::Town, Self::Region];
}

/// What a thing belongs to, and with that at which distances it differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It is about nothing but whoever asks.
    Oneself,
    /// A secret: whoever holds it may use it.
    Bearer,
    /// A class, or somebody in it.
    Class,
    School,
    Town,
}

impl Level {
    fn distances(self) -> &'static [Where] {
        match self {
            Self::Oneself => &[Where::Own],
            Self::Class | Self::Bearer => &Where::ALL,
            Self::School => &[Where::Own, Where::School, Where::Town, Where::Region],
            Self::Town => &[Where::Own, Where::Town, Where::Region],
        }
    }
}

/// Whether somebody has anything to do with such a thing there: the scopes of the programme's rules.
fn reaches(who: Who, level: Level, at: Where) -> bool {
    match who {
        Who::Federal => true,
        Who::Operator | Who::Support => at != Where::Region,
        Who::Coordinator => !matches!(at, Where::Town | Where::Region),
        Who::Head => level != Level::Town && matches!(at, Where::Own | Where::Class),
        Who::Teacher | Who::Parent | Who::Pupil => level != Level::Town && at == Where::Own,
        Who::Host | Who::Partner | Who::Mentor => level == Level::Town && at == Where::Own,
        Who::Nobody => false,
    }
}

/// What to do about something that nobody is asked for yet.
fn no_row(what: &str, function: &str, file: &str) -> String {
    format!(
        "{what} has no row: give it an arm in `{function}` of tests/it/scope/{file} (how it is called about a target, and at which \
         level), run INSTA_UPDATE=always cargo test --test it scope::every_cell, and read the diff of tests/it/scope/snapshots"
    )
}

/// Outcomes of everybody for one thing at one distance.
struct Row {
    what: String,
    at: String,
    cells: Vec<String>,
}

/// All rows, as people read them.
fn table(rows: &[Row]) -> String {
    let heads = Who::ALL.map(Who::name);
    let what = rows.iter().map(|row| row.what.chars().count()).max().unwrap_or_default();
    let wide = |at: usize| {
        let cells = rows.iter().map(|row| row.cells[at].chars().count());
        cells.chain([heads[at].len()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..heads.len()).map(wide).collect();
    let mut text = String::new();
    let mut line = |name: &str, at: &str, cells: &[String]| {
        let mut line = format!("{name:what$}  {at:6}");
        for (cell, wide) in cells.iter().zip(&widths) {
            let _ = write!(line, "  {cell:wide$}");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    };
    line("", "", &heads);
    for row in rows {
        line(&row.what, &row.at, &row.cells);
    }
    text
}

/// Nothing of what is out of somebody's reach may be told to them.
fn tells_nothing(stage: &Stage<'_>, who: Who, what: &str, said: &str) {
    for at in Where::ALL {
        for (level, marks) in stage.target(at).marks() {
            let foreign = level.distances().contains(&at) && !reaches(who, level, at);
            if let Some(mark) = marks.iter().find(|mark| foreign && said.contains(mark.as_str())) {
                stage.complain(format!("«{what}» tells {who:?} of «{mark}» ({at:?}): {said}"));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell() {
    let world = crate::world::World::new().await;
    let stage = Stage::set(&world).await;
    let tables = [
        ("actions", table(&actions::rows(&stage).await)),
        ("commands", table(&chats::commands(&stage).await)),
        ("buttons", table(&chats::buttons(&stage).await)),
        ("routes", table(&routes::rows(&stage).await)),
    ];
    assert_eq!(stage.complaints(), Vec::<String>::new());
    for (name, table) in tables {
        insta::assert_snapshot!(name, table);
    }
}

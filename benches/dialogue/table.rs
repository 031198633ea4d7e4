//! Medians, with the least and the most beside them.

use std::fmt::Write as _;

use crate::{Figures, bots::Bot};

/// What is measured several times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// People at once.
    pub chats: usize,
    /// The bot.
    pub bot: Bot,
}

/// All figures so far.
#[derive(Debug, Default)]
pub struct Table {
    cells: Vec<(Cell, Vec<Figures>)>,
}

/// A column: its head, what of the figures it shows, and how many digits after the point.
type Column = (&'static str, fn(&Figures) -> f64, usize);

const COLUMNS: [Column; 10] = [
    ("updates/s", |f| f.per_second, 0),
    ("p50, ms", |f| f.p50, 1),
    ("p99, ms", |f| f.p99, 1),
    ("CPU ms/update: bot", |f| f.bot_cpu, 3),
    ("store", |f| f.store_cpu, 3),
    ("both", |f| f.bot_cpu + f.store_cpu, 3),
    ("peak RSS of the bot, MB", |f| f.memory, 0),
    ("lost", |f| f.lost, 0),
    ("doubled", |f| f.doubled, 0),
    ("out of order", |f| f.disordered, 0),
];

impl Table {
    /// One more round.
    pub fn put(&mut self, cell: Cell, figures: Figures) {
        match self.cells.iter_mut().find(|(known, _)| *known == cell) {
            Some((_, all)) => all.push(figures),
            None => self.cells.push((cell, vec![figures])),
        }
    }

    /// As the README has it.
    pub fn markdown(&self, rounds: usize) -> String {
        let mut text =
            format!("{rounds} rounds: median (least–most); lost, doubled and out of order: the sum\n\n| chats | bot |");
        COLUMNS.iter().for_each(|(head, ..)| text += &format!(" {head} |"));
        text += "\n|---|---|";
        COLUMNS.iter().for_each(|_| text += "---|");
        text.push('\n');
        for (cell, all) in &self.cells {
            write!(text, "| {} | {} |", cell.chats, cell.bot.title()).ok();
            for (place, (_, value, digits)) in COLUMNS.iter().enumerate() {
                let values: Vec<f64> = all.iter().map(value).collect();
                // The last three are counts of what must never be: one round that has some is not to vanish in a median.
                let shown = if place < COLUMNS.len() - 3 { spread(values, *digits) } else { sum(&values) };
                write!(text, " {shown} |").ok();
            }
            text.push('\n');
        }
        text
    }
}

fn sum(values: &[f64]) -> String {
    format!("{:.0}", values.iter().sum::<f64>())
}

fn spread(mut values: Vec<f64>, digits: usize) -> String {
    values.sort_by(f64::total_cmp);
    let (least, most) = (values[0], values[values.len() - 1]);
    let median = (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0;
    if values.len() == 1 {
        return format!("{median:.digits$}");
    }
    format!("{median:.digits$} ({least:.digits$}–{most:.digits$})")
}

/// One round, for whoever watches.
pub fn line(figures: &Figures) -> String {
    let shown = |(head, value, digits): &Column| format!("{head} {:.digits$}", value(figures));
    COLUMNS.iter().map(shown).collect::<Vec<_>>().join(", ")
}

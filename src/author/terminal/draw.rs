//! Bubbles and buttons in characters.

use std::{
    fmt::Display,
    io::{self, Write},
};

use chrono::{DateTime, FixedOffset};
use unicode_width::UnicodeWidthStr;

use crate::{
    author::{channel_name, words::Interface},
    channel::{
        Channel,
        marks::{Mark, Marked},
        preview::{Bubble, Key, KeyKind},
    },
};

/// The widest that a bubble gets: a phone's.
const WIDEST: usize = 48;

/// How a terminal shows things.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether it has colours.
    pub colour: bool,
    /// Whether what is typed is seen already: then the line gives way to the person's bubble.
    pub typing_seen: bool,
    /// Its columns.
    pub columns: usize,
}

const BOLD: &str = "1";
const ITALIC: &str = "3";
const FAINT: &str = "2";
const LINK: &str = "4";

/// Corners and lines: upper left, upper right, lower left, lower right, across, down.
type Frame = [&'static str; 6];
const ROUND: Frame = ["╭", "╮", "╰", "╯", "─", "│"];
const SQUARE: Frame = ["┌", "┐", "└", "┘", "─", "│"];
const HEAVY: Frame = ["┏", "┓", "┗", "┛", "━", "┃"];

impl Look {
    /// Who talks where, and what with.
    pub(super) fn head(
        self,
        out: &mut impl Write,
        channel: Channel,
        at: DateTime<FixedOffset>,
        args: &[String],
    ) -> io::Result<()> {
        let name = self.painted(&format!("1;{}", accent(channel)), channel_name(channel));
        let args = if args.is_empty() { String::new() } else { format!("  {}", args.join(", ")) };
        writeln!(out, "{name}  {}{}", self.moment(at), self.painted(FAINT, &args))
    }

    /// A moment.
    pub(super) fn moment(self, at: DateTime<FixedOffset>) -> String {
        at.format("%Y-%m-%d %H:%M").to_string()
    }

    /// A word of the tool itself.
    pub(super) fn aside(self, out: &mut impl Write, text: &str) -> io::Result<()> {
        for line in textwrap::wrap(text, self.columns.saturating_sub(2).max(20)) {
            writeln!(out, "{}", self.painted(FAINT, &format!("· {line}")))?;
        }
        Ok(())
    }

    /// A message of the bot, with its buttons; `below`: when it was said, and whether it takes the place of what was said before.
    pub(super) fn bot(
        self,
        out: &mut impl Write,
        channel: Channel,
        below: &str,
        bubble: &Bubble,
        words: &Interface,
    ) -> io::Result<()> {
        if let Some(seen) = &bubble.picture {
            writeln!(out, "🖼  {}", self.painted(FAINT, seen))?;
        }
        let lines = self.lines(&bubble.text);
        let keys = widest_row(&bubble.under);
        let width = lines.iter().map(|(_, width)| *width).max().unwrap_or(0);
        let time = format!(" {below} ");
        let (frame, key_frame) = if channel == Channel::Telegram { (ROUND, SQUARE) } else { (SQUARE, ROUND) };
        self.framed(out, frame, 0, width.max(time.width()), &lines, (None, &time))?;
        let mut number = 0;
        self.keys(out, key_frame, accent(channel), &bubble.under, keys.max(width + 4), &mut number)?;
        if !bubble.instead.is_empty() {
            writeln!(out, "{} {}", self.painted(FAINT, "⌨"), self.painted(FAINT, words.keyboard))?;
            let across = widest_row(&bubble.instead).max(WIDEST.min(self.columns));
            self.keys(out, HEAVY, accent(channel), &bubble.instead, across, &mut number)?;
        }
        if bubble.removes {
            writeln!(out, "{} {}", self.painted(FAINT, "⌨"), self.painted(FAINT, words.keyboard_gone))?;
        }
        Ok(())
    }

    /// What the person did.
    pub(super) fn person(self, out: &mut impl Write, channel: Channel, text: &str) -> io::Result<()> {
        if self.typing_seen {
            // The bubble takes the place of the line above.
            write!(out, "\u{1b}[1A\r\u{1b}[2K")?;
        }
        let marked = Marked { text: text.to_owned(), spans: Vec::new() };
        let lines = self.lines(&marked);
        let width = lines.iter().map(|(_, width)| *width).max().unwrap_or(0).max(3);
        let indent = (WIDEST + 12).min(self.columns).saturating_sub(width + 4);
        self.framed(out, ROUND, indent, width, &lines, (Some(accent(channel)), ""))
    }

    /// A short answer to a press.
    pub(super) fn toast(self, out: &mut impl Write, text: &str) -> io::Result<()> {
        writeln!(out, "{}", self.painted("7", &format!(" {text} ")))
    }

    /// An action that is called.
    pub(super) fn call(self, out: &mut impl Write, name: &str, args: &str) -> io::Result<()> {
        writeln!(out, "{} {}", self.painted("33", "⚙"), self.painted(BOLD, &format!("{name}({args})")))
    }

    /// One of its outcomes.
    pub(super) fn outcome(self, out: &mut impl Write, n: usize, name: &str, gives: &[&str]) -> io::Result<()> {
        let gives = if gives.is_empty() { String::new() } else { format!(": {}", gives.join(", ")) };
        writeln!(out, "  {} {name}{}", self.painted("33", &n), self.painted(FAINT, &gives))
    }

    /// What was typed, where it is not seen.
    pub(super) fn typed(self, out: &mut impl Write, line: &str) -> io::Result<()> {
        if self.typing_seen { Ok(()) } else { writeln!(out, "{line}") }
    }

    fn painted(self, code: &str, text: &(impl Display + ?Sized)) -> String {
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }

    /// The lines of a text with its marks, each with its width.
    fn lines(self, marked: &Marked) -> Vec<(String, usize)> {
        let widest = WIDEST.min(self.columns.saturating_sub(6)).max(12);
        let mut at = 0;
        let mut lines = Vec::new();
        for line in textwrap::wrap(&marked.text, widest) {
            let found = marked.text.get(at..).and_then(|rest| rest.find(line.as_ref())).unwrap_or(0);
            let start = at + found;
            at = start + line.len();
            lines.push((self.marked(marked, start, &line), line.width()));
        }
        lines
    }

    /// A line that begins at this byte of the text.
    fn marked(self, marked: &Marked, start: usize, line: &str) -> String {
        let mut shown = String::new();
        for (at, letter) in line.char_indices() {
            let at = start + at;
            let codes: Vec<_> = marked.spans.iter().filter(|span| span.range.contains(&at)).map(code).collect();
            if codes.is_empty() { shown.push(letter) } else { shown.push_str(&self.painted(&codes.join(";"), &letter)) }
        }
        shown
    }

    fn framed(
        self,
        out: &mut impl Write,
        [left, right, low_left, low_right, across, down]: Frame,
        indent: usize,
        width: usize,
        lines: &[(String, usize)],
        (colour, note): (Option<&str>, &str),
    ) -> io::Result<()> {
        let gap = " ".repeat(indent);
        let edge = |text: &str| colour.map_or_else(|| text.to_owned(), |colour| self.painted(colour, &text));
        writeln!(out, "{gap}{}", edge(&format!("{left}{}{right}", across.repeat(width + 2))))?;
        for (line, wide) in lines {
            let pad = " ".repeat(width.saturating_sub(*wide));
            writeln!(out, "{gap}{} {line}{pad} {}", edge(down), edge(down))?;
        }
        let rest = across.repeat((width + 2).saturating_sub(note.width() + usize::from(!note.is_empty())));
        let corner = if note.is_empty() { low_right.to_owned() } else { format!("{across}{low_right}") };
        writeln!(out, "{gap}{}{}{}", edge(&format!("{low_left}{rest}")), self.painted(FAINT, note), edge(&corner))
    }

    /// Rows of buttons, each row as wide as the widest.
    fn keys(
        self,
        out: &mut impl Write,
        [left, right, low_left, low_right, across, down]: Frame,
        colour: &str,
        rows: &[Vec<Key>],
        width: usize,
        number: &mut usize,
    ) -> io::Result<()> {
        for row in rows {
            let labels: Vec<_> = row
                .iter()
                .map(|key| {
                    *number += 1;
                    format!("{number} {}{}", key.label, sign(key.kind))
                })
                .collect();
            let widths = shares(&labels, width);
            let line = |from: &str, to: &str| {
                let parts = widths.iter().map(|wide| format!("{from}{}{to}", across.repeat(wide + 2)));
                self.painted(colour, &parts.collect::<String>())
            };
            writeln!(out, "{}", line(left, right))?;
            let edge = self.painted(colour, &down);
            for (label, wide) in labels.iter().zip(&widths) {
                let pad = wide.saturating_sub(label.width());
                let (before, after) = (" ".repeat(pad / 2), " ".repeat(pad - pad / 2));
                write!(out, "{edge} {before}{label}{after} {edge}")?;
            }
            writeln!(out)?;
            writeln!(out, "{}", line(low_left, low_right))?;
        }
        Ok(())
    }
}

/// Inner widths of a row's buttons that fill these columns.
fn shares(labels: &[String], width: usize) -> Vec<usize> {
    let many = labels.len().max(1);
    let own: Vec<_> = labels.iter().map(|label| label.width()).collect();
    let spare = width.saturating_sub(own.iter().sum::<usize>() + 4 * many);
    own.iter().enumerate().map(|(i, own)| own + spare / many + usize::from(i < spare % many)).collect()
}

fn widest_row(rows: &[Vec<Key>]) -> usize {
    let wide = |key: &Key| key.label.width() + sign(key.kind).width() + 7;
    rows.iter().map(|row| row.iter().map(wide).sum()).max().unwrap_or(0)
}

const fn sign(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Press => "",
        KeyKind::Contact => " ☏",
        KeyKind::Link => " ↗",
        KeyKind::App => " ▣",
    }
}

const fn accent(channel: Channel) -> &'static str {
    match channel {
        Channel::Telegram => "36",
        Channel::Vk => "34",
    }
}

fn code(span: &crate::channel::marks::Span) -> &'static str {
    match span.mark {
        Mark::Bold => BOLD,
        Mark::Italic => ITALIC,
        Mark::Link(_) => LINK,
    }
}

//! Neutral marks: `*bold*`, `_italic_`, `[label](https://…)`; a backslash takes a mark's meaning away.
//!
//! A mark is a mark only where it stands like one: it opens before a word and closes after one, alone. So
//! `snake_case`, `2 * 3` and a masked phone with its `***` stay as they are, and an unclosed mark is an ordinary character.

use std::ops::Range;

use reqwest::Url;

use super::profile::units;

/// Plain text with its spans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// The words.
    pub text: String,
    /// What stands out in them; ordered by start, never empty, never crossing.
    pub spans: Vec<Span>,
}

/// A stretch of text that stands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Bytes of [`Marked::text`].
    pub range: Range<usize>,
    /// How.
    pub mark: Mark,
}

/// How a stretch stands out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// A link.
    Link(Url),
}

/// Takes the meaning of marks away from a value that is put into a text.
#[must_use]
pub fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for letter in value.chars() {
        if is_special(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Reads a text with marks. Every text is readable: what is no mark is text.
#[must_use]
pub fn read(source: &str) -> Marked {
    let mut pieces = pieces(source);
    pair(&mut pieces);
    write(pieces)
}

/// The text for a channel without markup: links become «label: url».
#[must_use]
pub fn plain(marked: &Marked) -> String {
    let mut out = String::with_capacity(marked.text.len());
    let mut done = 0;
    for span in &marked.spans {
        let Mark::Link(url) = &span.mark else { continue };
        out.push_str(marked.text.get(done..span.range.end).unwrap_or_default());
        done = span.range.end;
        let label = marked.text.get(span.range.clone()).unwrap_or_default();
        if label != url.as_str() && format!("{label}/") != url.as_str() {
            out.push_str(": ");
            out.push_str(url.as_str());
        }
    }
    out.push_str(marked.text.get(done..).unwrap_or_default());
    out
}

impl Marked {
    /// Cuts into parts of at most `max` units, at the last paragraph, line or word that fits. No part is blank; a blank
    /// text gives no part.
    #[must_use]
    pub fn split(&self, max: usize) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut from = 0;
        while let Some(rest) = self.text.get(from..).filter(|rest| !rest.is_empty()) {
            let length = break_point(rest, max);
            parts.push(self.part(from..from + length));
            from += length;
        }
        parts.retain(|part: &Self| !part.text.is_empty());
        parts
    }

    /// The trimmed part, with what of the spans lies in it.
    fn part(&self, range: Range<usize>) -> Self {
        let whole = self.text.get(range.clone()).unwrap_or_default();
        let start = range.start + (whole.len() - whole.trim_start().len());
        let text = whole.trim().to_owned();
        let end = start + text.len();
        let inside = |span: &Span| {
            let clipped = span.range.start.max(start)..span.range.end.min(end);
            (clipped.start < clipped.end)
                .then(|| Span { range: clipped.start - start..clipped.end - start, mark: span.mark.clone() })
        };
        Self { spans: self.spans.iter().filter_map(inside).collect(), text }
    }
}

/// How many bytes of `text` go into the first part.
fn break_point(text: &str, max: usize) -> usize {
    if units(text) <= max {
        return text.len();
    }
    let fits = fitting(text, max);
    let head = text.get(..fits).unwrap_or_default();
    // A border in the first third would leave a stump: then a lesser border is better.
    let good = |at: &usize| *at > fits / 3;
    let border = |pattern: &str| head.rfind(pattern).map(|at| at + pattern.len()).filter(good);
    border("\n\n").or_else(|| border("\n")).or_else(|| border(" ")).unwrap_or(fits)
}

/// The longest prefix within `max` units, in bytes; at least one character, so that splitting ends.
fn fitting(text: &str, max: usize) -> usize {
    let mut used = 0;
    for (at, letter) in text.char_indices() {
        used += letter.len_utf16();
        if used > max && at > 0 {
            return at;
        }
    }
    text.len()
}

/// What a source falls into.
enum Piece {
    Letter(char),
    /// A lone `*` or `_`; `role` is settled by [`pair`].
    Sign {
        sign: char,
        opens: bool,
        closes: bool,
        role: Role,
    },
    Link {
        label: String,
        url: Url,
    },
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Text,
    Open,
    Close,
}

fn is_special(letter: char) -> bool {
    matches!(letter, '\\' | '*' | '_' | '[' | ']')
}

fn pieces(source: &str) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(source.len());
    let mut before = None;
    let mut rest = source;
    while let Some(letter) = rest.chars().next() {
        let (piece, length) = piece(rest, letter, before);
        before = rest.get(..length).and_then(|read| read.chars().next_back());
        rest = rest.get(length..).unwrap_or_default();
        pieces.push(piece);
    }
    pieces
}

/// The first piece of `rest` and its length in bytes.
fn piece(rest: &str, letter: char, before: Option<char>) -> (Piece, usize) {
    let after = rest.chars().nth(1);
    match letter {
        '\\' if after.is_some_and(is_special) => (Piece::Letter(after.unwrap_or(letter)), 2),
        '*' | '_' => (sign(letter, before, after), 1),
        '[' => link(rest).unwrap_or((Piece::Letter(letter), 1)),
        _ => (Piece::Letter(letter), letter.len_utf8()),
    }
}

fn sign(sign: char, before: Option<char>, after: Option<char>) -> Piece {
    let word = |side: Option<char>| side.is_some_and(char::is_alphanumeric);
    let blank = |side: Option<char>| side.is_none_or(char::is_whitespace);
    let alone = before != Some(sign) && after != Some(sign);
    let opens = alone && !word(before) && !blank(after);
    let closes = alone && !word(after) && !blank(before);
    Piece::Sign { sign, opens, closes, role: Role::Text }
}

/// `[label](url)`, with an address that a person may be sent to.
fn link(rest: &str) -> Option<(Piece, usize)> {
    let mut label = String::new();
    let mut letters = rest.char_indices().skip(1);
    let label_end = loop {
        let (at, letter) = letters.next()?;
        match letter {
            ']' => break at,
            '[' | '\n' => return None,
            '\\' => label.push(letters.next()?.1),
            _ => label.push(letter),
        }
    };
    let address = rest.get(label_end + 1..)?.strip_prefix('(')?;
    let length = address.find(')')?;
    let url = link_target(address.get(..length)?)?;
    // "](" and ")" around the address.
    (!label.trim().is_empty()).then_some((Piece::Link { label, url }, label_end + 2 + length + 1))
}

/// An address that may stand behind a link or a button: of the web or of Telegram itself.
#[must_use]
pub fn link_target(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    matches!(url.scheme(), "http" | "https" | "tg").then_some(url)
}

/// Decides which signs are marks: each closing one takes the nearest open one of its kind, and whatever was opened
/// between them stays text, so that spans never cross.
fn pair(pieces: &mut [Piece]) {
    let mut open: Vec<(usize, char)> = Vec::new();
    for at in 0..pieces.len() {
        let Some(Piece::Sign { sign, opens, closes, .. }) = pieces.get(at) else { continue };
        let (sign, opens, closes) = (*sign, *opens, *closes);
        let partner = open.iter().rposition(|(_, kind)| *kind == sign).filter(|_| closes);
        if let Some(partner) = partner {
            let (opener, _) = open[partner];
            open.truncate(partner);
            settle(pieces, opener, Role::Open);
            settle(pieces, at, Role::Close);
        } else if opens {
            open.push((at, sign));
        }
    }
}

fn settle(pieces: &mut [Piece], at: usize, as_role: Role) {
    if let Some(Piece::Sign { role, .. }) = pieces.get_mut(at) {
        *role = as_role;
    }
}

fn write(pieces: Vec<Piece>) -> Marked {
    let mut marked = Marked::default();
    let mut open: Vec<(usize, Mark)> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Letter(letter) | Piece::Sign { sign: letter, role: Role::Text, .. } => marked.text.push(letter),
            Piece::Sign { sign, role: Role::Open, .. } => {
                open.push((marked.text.len(), if sign == '*' { Mark::Bold } else { Mark::Italic }));
            }
            Piece::Sign { role: Role::Close, .. } => {
                if let Some((start, mark)) = open.pop() {
                    marked.spans.push(Span { range: start..marked.text.len(), mark });
                }
            }
            Piece::Link { label, url } => {
                let start = marked.text.len();
                marked.text.push_str(&label);
                marked.spans.push(Span { range: start..marked.text.len(), mark: Mark::Link(url) });
            }
        }
    }
    marked.spans.retain(|span| !span.range.is_empty());
    marked.spans.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end)));
    marked
}

#[cfg(test)]
mod tests;

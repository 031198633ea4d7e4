//! Button tokens: `f1:<run>:<wait>:<option>`, at most 64 bytes (Telegram's `callback_data`).

use crate::flow::state::{State, Waits};

/// A token taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub run: &'t str,
    pub wait: u32,
    pub option: &'t str,
}

/// Puts a token together. Options are names of at most 32 letters or numbers, so 64 bytes are never exceeded.
pub(super) fn make(run: &str, wait: u32, option: &str) -> String {
    format!("f1:{run}:{wait}:{option}")
}

/// Takes a token apart; `None` if it is not one of ours.
pub(super) fn parse(token: &str) -> Option<Token<'_>> {
    let mut parts = token.strip_prefix("f1:")?.splitn(3, ':');
    Some(Token { run: parts.next()?, wait: parts.next()?.parse().ok()?, option: parts.next()? })
}

/// Which option of its question a button is; `None` if it is not one of ours.
pub(in crate::flow) fn option_of(token: &str) -> Option<&str> {
    parse(token).map(|token| token.option)
}

impl State {
    /// Whether a button belongs to a question that waits for its answer here.
    #[must_use]
    pub fn asks(&self, button: &str) -> bool {
        let Some(token) = parse(button) else { return false };
        let asked = |waits: &Waits| *waits == Waits::Answer;
        self.runs.iter().any(|run| run.id == token.run && run.wait == token.wait && asked(&run.waits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_and_comes_back() {
        let token = make("abcdefghijkl", u32::MAX, &"x".repeat(33));
        assert!(token.len() <= 64);
        assert_eq!(parse(&token).unwrap().wait, u32::MAX);
        assert_eq!(parse("f1:a:1:/menu").unwrap().option, "/menu");
        assert_eq!(parse("f1:a:x:y"), None);
        assert_eq!(parse("f2:a:1:y"), None);
    }
}

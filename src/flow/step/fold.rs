//! Makes what people type comparable with a label.

/// Small letters, ё as е, no punctuation or pictures, single spaces. A sign before a number is no punctuation: `-1` is not the
/// mark 1.
pub(crate) fn fold(text: &str) -> String {
    let mut letters = String::new();
    let mut before = ' ';
    let mut text = text.chars().flat_map(char::to_lowercase).peekable();
    while let Some(c) = text.next() {
        letters.push(match c {
            'ё' => 'е',
            c if c.is_alphanumeric() => c,
            '-' | '−' | '+' if before.is_whitespace() && text.peek().is_some_and(char::is_ascii_digit) => c,
            _ => ' ',
        });
        before = c;
    }
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_through_case_and_punctuation() {
        assert_eq!(fold("  📱 Ещё, раз! "), "еще раз");
        assert_eq!(fold("…"), "");
        assert_eq!(fold("«5!»"), "5");
    }

    #[test]
    fn a_sign_counts_before_a_number_only() {
        assert_eq!(fold("-1"), "-1");
        assert_eq!(fold("с +1"), "с +1");
        assert_eq!(fold("− Назад – 7-8 кл."), "назад 7 8 кл");
    }
}

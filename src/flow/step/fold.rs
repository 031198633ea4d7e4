//! Makes what people type comparable with a label.

/// Small letters, ё as е, no punctuation or pictures, single spaces.
pub(crate) fn fold(text: &str) -> String {
    let letters: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'ё' => 'е',
            c if c.is_alphanumeric() => c,
            _ => ' ',
        })
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_through_case_and_punctuation() {
        assert_eq!(fold("  📱 Ещё, раз! "), "еще раз");
        assert_eq!(fold("…"), "");
    }
}

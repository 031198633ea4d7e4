//! How wide a text will be, near enough: no font is asked, whichever the reader has.

/// The width of a text at a size of one, in a usual sans-serif.
pub(super) fn width(text: &str) -> f64 {
    text.chars().map(letter).sum()
}

/// Generous: a text that is shorter than its box looks better than one that is longer.
const fn letter(letter: char) -> f64 {
    match letter {
        ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | 'i' | 'l' | 'j' | 'I' | '·' => 0.3,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '‹' | '›' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '…' | '—' | 'ж' | 'м' | 'ш' | 'щ' | 'ю' | 'ф' | 'ы' => 0.86,
        'Ж' | 'М' | 'Ш' | 'Щ' | 'Ю' | 'Ф' | 'Ы' => 1.0,
        'A'..='Z' | 'А'..='Я' => 0.72,
        '\u{2000}'..='\u{ffff}' => 1.0,
        '\u{10000}'.. => 1.35,
        _ => 0.6,
    }
}

/// The text in lines of at most this width, broken between words.
pub(super) fn lines(text: &str, widest: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + width(" ") + width(word) <= widest => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole() {
        assert_eq!(lines("раз два три", width("раз два")), ["раз два", "три"]);
        assert_eq!(lines("предлинноеслово", 1.0), ["предлинноеслово"]);
        assert!(lines("", 9.0).is_empty());
        assert!(width("ШЩЮ") > width("ill"));
    }
}

//! Texts that are not known yet: a sign of its own stands for each until a written line shows it.

/// The first of Unicode's private characters: no text of ours has them.
const FIRST: u32 = 0xE000;

/// A text that an outcome gives.
#[derive(Clone, Debug)]
pub(super) struct Unknown {
    /// What stands for it.
    pub sign: char,
    /// What it is called where nothing shows it.
    name: String,
    /// What it reads.
    pub seen: Option<String>,
}

impl Unknown {
    /// The n-th of a search, which has far fewer than there are private characters.
    pub fn nth(n: usize, name: &str) -> Self {
        let sign = u32::try_from(n).ok().and_then(|n| char::from_u32(FIRST + n)).unwrap_or(char::REPLACEMENT_CHARACTER);
        Self { sign, name: name.to_owned(), seen: None }
    }
}

/// Reads what is written as what the bot says, and learns what it shows. On a phone the marks are not seen (`*bold*`), and
/// where several people share a chat the first line says whom it is about.
pub(super) fn read(unknowns: &[Unknown], said: &str, written: &str) -> Option<Vec<Unknown>> {
    let bare: String = said.chars().filter(|c| !matches!(c, '*' | '_')).collect();
    let below = written.split_once('\n').map(|(_, below)| below);
    [Some(written), below].into_iter().flatten().find_map(|written| {
        let mut learned = unknowns.to_vec();
        (fits(&mut learned, said, written) || fits(&mut learned, &bare, written)).then_some(learned)
    })
}

/// The text with everything known in its place.
pub(super) fn resolved(unknowns: &[Unknown], text: &str) -> String {
    let known = |c: char| unknowns.iter().find(|unknown| unknown.sign == c);
    let mut resolved = String::new();
    for c in text.chars() {
        match known(c) {
            Some(unknown) => resolved.push_str(unknown.seen.as_deref().unwrap_or(&unknown.name)),
            None => resolved.push(c),
        }
    }
    resolved
}

fn fits(unknowns: &mut [Unknown], said: &str, written: &str) -> bool {
    let signs = said.char_indices().find_map(|(at, c)| Some((at, c, unknowns.iter().position(|one| one.sign == c)?)));
    let Some((at, sign, i)) = signs else { return said == written };
    let (plain, rest) = said.split_at(at);
    let rest = rest.get(sign.len_utf8()..).unwrap_or_default();
    let Some(written) = written.strip_prefix(plain) else { return false };
    if let Some(seen) = unknowns.get(i).and_then(|unknown| unknown.seen.clone()) {
        return written.strip_prefix(&seen).is_some_and(|written| fits(unknowns, rest, written));
    }
    // A label ends at its bracket.
    let ends = written.char_indices().take_while(|(_, c)| !matches!(c, '[' | ']')).map(|(at, c)| at + c.len_utf8());
    for end in ends {
        let (shown, after) = written.split_at(end);
        learn(unknowns, i, Some(shown.to_owned()));
        if fits(unknowns, rest, after) {
            return true;
        }
    }
    learn(unknowns, i, None);
    false
}

fn learn(unknowns: &mut [Unknown], i: usize, seen: Option<String>) {
    if let Some(unknown) = unknowns.get_mut(i) {
        unknown.seen = seen;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_what_is_shown_and_holds_to_it() {
        let unknowns: Vec<_> =
            ["name", "phone", "p1"].iter().enumerate().map(|(n, name)| Unknown::nth(n, name)).collect();
        let [name, phone, label] = [0, 1, 2].map(|i: usize| unknowns[i].sign);
        let said = format!("*Это {name}.* Номер {phone}.  [{label}] [Назад]");
        let learned = read(&unknowns, &said, "Это Анна Е.. Номер +7 916 ***-**-67.  [Анна Е.] [Назад]").unwrap();
        assert_eq!(resolved(&learned, &format!("{name}|{phone}|{label}")), "Анна Е.|+7 916 ***-**-67|Анна Е.");
        assert!(read(&learned, &format!("Тут {name}"), "Анна Е.\nТут Анна Е.").is_some(), "whom it is about");
        assert!(read(&learned, &format!("Тут {name}"), "Тут Анна").is_none());
        assert_eq!(resolved(&unknowns, &format!("{name}")), "name", "never shown");
        let many = "я".repeat(4_096);
        assert!(read(&unknowns, &format!("{many}{name}"), &format!("{many}а")).is_some());
    }
}

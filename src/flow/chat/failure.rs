//! A conversation that did not go as written, shown as a difference: what was said before, what is written there, what happened
//! instead, how it is written to go on.

use std::fmt;

/// A conversation that did not go as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The conversation.
    pub title: String,
    /// What is wrong.
    pub what: String,
    /// The lines before it.
    pub before: Vec<String>,
    /// What was written there, where that helps.
    pub written: Option<String>,
    /// What happened instead.
    pub happened: Option<String>,
    /// The lines after it.
    pub after: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}:{}: {}\n  {}", self.file, self.line, self.title, self.what)?;
        lines(f, ' ', self.before.iter().flat_map(|line| line.lines()))?;
        let split = |text: &'_ Option<String>| text.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
        let (written, happened): (Vec<String>, Vec<String>) = (split(&self.written), split(&self.happened));
        // Of a long message only what differs is shown as such.
        let same =
            |pairs: &mut dyn Iterator<Item = (&String, &String)>| pairs.take_while(|(one, other)| one == other).count();
        let head = same(&mut written.iter().zip(&happened));
        let left = written.len().min(happened.len()) - head;
        let tail = same(&mut written.iter().rev().zip(happened.iter().rev()).take(left));
        let (common, end) = (written.iter().take(head), written.iter().skip(written.len() - tail));
        let differs = |lines: &[String]| lines[head..lines.len() - tail].to_vec();
        lines(f, ' ', common.map(String::as_str))?;
        lines(f, '-', differs(&written).iter().map(String::as_str))?;
        lines(f, '+', differs(&happened).iter().map(String::as_str))?;
        lines(f, ' ', end.map(String::as_str))?;
        lines(f, ' ', self.after.iter().flat_map(|line| line.lines()))
    }
}

fn lines<'l>(f: &mut fmt::Formatter<'_>, sign: char, lines: impl Iterator<Item = &'l str>) -> fmt::Result {
    for line in lines {
        writeln!(f, "  {}", format!("{sign} {line}").trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_difference_is_shown_within_its_conversation() {
        let failure = Failure {
            file: "flows/x.chat".to_owned(),
            line: 7,
            title: "Проба".to_owned(),
            what: "it goes otherwise".to_owned(),
            before: own(&["> [Да]", "! a.b() -> ok"]),
            written: Some("< Раз\n| два\n| \n| четыре".to_owned()),
            happened: Some("< Раз\n| три\n| четыре".to_owned()),
            after: own(&["= done"]),
        };
        let shown = "flows/x.chat:7: Проба\n  it goes otherwise\n    > [Да]\n    ! a.b() -> ok\n    < Раз\n  - | два\n  - |\n  + | три\n    | четыре\n    = done\n";
        assert_eq!(failure.to_string(), shown);
        let more = Failure { written: None, happened: Some("< Ещё".to_owned()), ..failure };
        assert!(more.to_string().contains("    ! a.b() -> ok\n  + < Ещё\n    = done\n"), "{more}");
    }
}

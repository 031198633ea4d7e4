//! The sheet that a parent signs: one page of A4 for each child, with what is known filled in and lines for what is written by
//! hand. Each consent stands in a box of its own, with a signature of its own: one may be given and another not. Pure.

use krilla::{Document, SerializeSettings, metadata::Metadata, page::PageSettings};

use crate::cards::{
    A4, BOLD, Broken, REGULAR,
    pen::{At, Face, Pen},
};

/// Millimetres: what stays free at the sides, and above and below.
const MARGIN: (f32, f32) = (15.0, 10.0);
/// The width that is written on.
const ROOM: f32 = 210.0 - 2.0 * MARGIN.0;
/// What stays free within a box, and between two.
const PAD: f32 = 2.4;
const GAP: f32 = 1.8;
/// Above the boxes: the heading, and the lines about child and parent.
const HEAD: f32 = 52.0;
/// Below them: what to do with the sheet.
const FOOT: f32 = 9.0;
/// A row with a signature.
const SIGNED: f32 = 8.5;
/// The side of a square to be ticked.
const TICK: f32 = 3.2;
/// Sizes of the texts in points, the largest first; the first at which all fits is taken.
const SIZES: std::ops::RangeInclusive<u8> = 60..=92;

/// Whom a sheet is about.
#[derive(Clone, PartialEq, Eq)]
pub struct Child {
    /// The whole name.
    pub name: String,
    /// Date of birth, `03.04.2013`; empty: to be written by hand.
    pub birth: String,
    /// «7Б»
    pub class: String,
    /// The school.
    pub school: String,
}

impl std::fmt::Debug for Child {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Child(…)")
    }
}

/// One consent.
#[derive(Clone, Debug)]
pub struct Part {
    /// What it is called.
    pub title: String,
    /// What it says.
    pub paragraphs: Vec<String>,
    /// Whether there is a yes and a no to be ticked; else the signature alone says yes.
    pub choice: bool,
}

/// What stands on every sheet.
#[derive(Clone, Debug)]
pub struct Words {
    /// The document's title.
    pub title: String,
    /// The language, as documents name it.
    pub lang: String,
    /// The programme and its season.
    pub head: String,
    /// Who receives the consents, where that is known.
    pub operator: String,
    /// «Ребёнок»
    pub child: String,
    /// «Дата рождения»
    pub birth: String,
    /// «Класс»
    pub class: String,
    /// «Школа»
    pub school: String,
    /// «Свидетельство о рождении: серия»
    pub certificate: String,
    /// «номер»
    pub number: String,
    /// «Родитель или законный представитель»
    pub parent: String,
    /// «фамилия, имя, отчество»
    pub whole_name: String,
    /// «согласен (согласна)»
    pub yes: String,
    /// «не согласен (не согласна)»
    pub no: String,
    /// «Подпись»
    pub signature: String,
    /// «Дата»
    pub date: String,
    /// What to do with the sheet.
    pub foot: String,
    /// The consents, in their order.
    pub parts: Vec<Part>,
}

/// The sheets as a PDF, one page for each child.
///
/// # Errors
/// Never in practice.
pub fn sheets(children: &[Child], words: &Words) -> Result<Vec<u8>, Broken> {
    let (regular, bold) = (Face::new(REGULAR)?, Face::new(BOLD)?);
    let set = Set::fitting(&regular, words);
    let mut document = Document::new_with(SerializeSettings { enable_tagging: false, ..SerializeSettings::default() });
    document.set_metadata(Metadata::new().title(words.title.clone()).language(words.lang.clone()));
    for child in children {
        let mut page = document.start_page_with(PageSettings::from_wh(A4.0, A4.1).ok_or(Broken::Document)?);
        let mut surface = page.surface();
        let mut sheet = Sheet { pen: Pen { surface: &mut surface }, regular: &regular, bold: &bold, words };
        sheet.head(child);
        sheet.boxes(&set);
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| Broken::Document)
}

/// The texts in lines, at the size at which they fit.
struct Set {
    size: f32,
    /// From one base line to the next.
    step: f32,
    /// The lines of each consent.
    parts: Vec<Vec<String>>,
}

impl Set {
    fn fitting(regular: &Face, words: &Words) -> Self {
        let high = 297.0 - 2.0 * MARGIN.1 - HEAD - FOOT;
        let sets = SIZES.rev().map(|tenths| Self::at(regular, words, f32::from(tenths) / 10.0));
        let mut smallest = None;
        for set in sets {
            if set.height() <= high {
                return set;
            }
            smallest = Some(set);
        }
        smallest.unwrap_or(Self { size: 6.0, step: 2.6, parts: Vec::new() })
    }

    fn at(regular: &Face, words: &Words, size: f32) -> Self {
        let lines = |part: &Part| {
            let lines = part.paragraphs.iter().flat_map(|text| regular.lines(text, size, ROOM - 2.0 * PAD));
            lines.collect()
        };
        Self { size, step: size * 0.4233, parts: words.parts.iter().map(lines).collect() }
    }

    /// How high a box is: its title, its lines, its signature.
    fn height_of(&self, lines: &[String]) -> f32 {
        2.0 * PAD + self.step * (lines.len() as f32 + 1.3) + SIGNED
    }

    fn height(&self) -> f32 {
        self.parts.iter().map(|lines| self.height_of(lines) + GAP).sum()
    }
}

struct Sheet<'s, 'd, 'f> {
    pen: Pen<'s, 'd>,
    regular: &'f Face,
    bold: &'f Face,
    words: &'f Words,
}

impl Sheet<'_, '_, '_> {
    fn head(&mut self, child: &Child) {
        let (words, at) = (self.words, At(MARGIN.0, MARGIN.1));
        self.pen.aside(at.moved(0.0, 3.0), self.regular, 8.0, &words.head);
        let operator = self.regular.fitting(&words.operator, 8.0, ROOM);
        self.pen.aside(at.moved(0.0, 6.6), self.regular, operator, &words.operator);
        self.pen.centred(at.moved(0.0, 13.5), self.bold, 13.0, &words.title, ROOM);
        self.field(at.moved(0.0, 21.0), &words.child, &child.name, ROOM);
        let third = ROOM / 3.0;
        self.field(at.moved(0.0, 28.0), &words.birth, &child.birth, third + 6.0);
        self.field(at.moved(third + 9.0, 28.0), &words.class, &child.class, 26.0);
        self.field(at.moved(third + 38.0, 28.0), &words.school, &child.school, ROOM - third - 38.0);
        self.field(at.moved(0.0, 35.0), &words.certificate, "", ROOM * 0.6);
        self.field(at.moved(ROOM * 0.6 + 3.0, 35.0), &words.number, "", ROOM * 0.4 - 3.0);
        self.field(at.moved(0.0, 43.0), &words.parent, "", ROOM);
        let label = self.regular.width(&words.parent, 9.0);
        self.pen.centred(at.moved(label, 46.4), self.regular, 6.5, &words.whole_name, ROOM - label);
        let foot = At(MARGIN.0, 297.0 - MARGIN.1 - FOOT + 4.5);
        for (place, line) in self.regular.lines(&words.foot, 8.0, ROOM).iter().take(2).enumerate() {
            self.pen.aside(foot.moved(0.0, place as f32 * 3.5), self.regular, 8.0, line);
        }
    }

    /// A label, and a line behind it with what is known, so wide together.
    fn field(&mut self, at: At, label: &str, known: &str, wide: f32) {
        self.pen.text(at, self.regular, 9.0, label);
        let from = self.regular.width(label, 9.0) + 2.0;
        self.pen.rule(at.moved(from, 0.8), at.moved(wide, 0.8));
        let size = self.bold.fitting(known, 10.5, wide - from - 1.0);
        self.pen.text(at.moved(from + 1.0, -0.2), self.bold, size, known);
    }

    fn boxes(&mut self, set: &Set) {
        let words = self.words;
        let mut at = At(MARGIN.0, MARGIN.1 + HEAD);
        for (part, lines) in words.parts.iter().zip(&set.parts) {
            let high = set.height_of(lines);
            self.pen.frame(at, (ROOM, high));
            let mut line = at.moved(PAD, PAD + set.step * 0.8);
            self.pen.text(line, self.bold, set.size + 0.8, &part.title);
            line = line.moved(0.0, set.step * 0.3);
            for text in lines {
                line = line.moved(0.0, set.step);
                self.pen.text(line, self.regular, set.size, text);
            }
            self.signed(at.moved(PAD, high - PAD - 0.6), part.choice);
            at = at.moved(0.0, high + GAP);
        }
    }

    /// Squares to be ticked, a signature and a date.
    fn signed(&mut self, at: At, choice: bool) {
        let words = self.words;
        let mut from = 0.0;
        for label in [&words.yes, &words.no].into_iter().filter(|_| choice) {
            self.pen.frame(at.moved(from, -TICK + 0.5), (TICK, TICK));
            self.pen.text(at.moved(from + TICK + 1.4, 0.0), self.regular, 8.5, label);
            from += TICK + 1.4 + self.regular.width(label, 8.5) + 4.0;
        }
        let room = ROOM - 2.0 * PAD;
        let date = 44.0;
        self.field(at.moved(from, 0.0), &words.signature, "", room - from - date - 3.0);
        self.field(at.moved(room - date, 0.0), &words.date, "", date);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consents::{Audience, Purpose, texts};

    #[test]
    fn the_texts_of_today_fit_at_a_size_that_can_be_read() {
        let parts = Purpose::ALL.map(|purpose| {
            let text = texts::current(purpose, Audience::Parent, texts::LANGUAGES[0]);
            let paragraphs = text.paragraphs().map(str::to_owned).collect();
            Part { title: text.title().to_owned(), paragraphs, choice: purpose != Purpose::Processing }
        });
        let none = String::new;
        let words = Words {
            title: none(),
            lang: "ru".into(),
            head: none(),
            operator: none(),
            child: none(),
            birth: none(),
            class: none(),
            school: none(),
            certificate: none(),
            number: none(),
            parent: none(),
            whole_name: none(),
            yes: none(),
            no: none(),
            signature: none(),
            date: none(),
            foot: none(),
            parts: parts.to_vec(),
        };
        let set = Set::fitting(&Face::new(REGULAR).unwrap(), &words);
        assert!(set.size >= 7.4, "{}", set.size);
        let high = MARGIN.1 + HEAD + set.height() + FOOT + MARGIN.1;
        assert!(high <= 297.0, "{high}");
    }
}

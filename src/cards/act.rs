//! An act as one sheet of A4: what was done, when, on which ground, and how many rows of what; whoever signs it signs below.

use krilla::{Document, SerializeSettings, metadata::Metadata, page::PageSettings};

use super::{
    A4, BOLD, Broken, REGULAR,
    pen::{At, Face, Pen},
};

/// What stands free around it, in millimetres …
const MARGIN: f32 = 22.0;
/// … how wide the text is …
const ROOM: f32 = 210.0 - 2.0 * MARGIN;
/// … and where the second column begins.
const SECOND: f32 = 75.0;
/// Lines of a table that a sheet has room for; a longer one ends with how many more there are.
const ROWS: usize = 26;

/// An act in words. Nobody's personal data is in it.
#[derive(Clone, Debug)]
pub struct Act {
    /// Its title, with the number.
    pub title: String,
    /// The language, as documents name it.
    pub lang: String,
    /// What is known of it: name and value.
    pub facts: Vec<(String, String)>,
    /// What the table below counts.
    pub counted: String,
    /// Each kind of rows, and how many.
    pub rows: Vec<(String, String)>,
    /// What is said below the table.
    pub note: String,
    /// Whose signature it takes.
    pub signature: String,
}

/// The act as a PDF.
///
/// # Errors
/// Never in practice.
pub fn act(act: &Act) -> Result<Vec<u8>, Broken> {
    let (regular, bold) = (Face::new(REGULAR)?, Face::new(BOLD)?);
    let mut document = Document::new_with(SerializeSettings { enable_tagging: false, ..SerializeSettings::default() });
    document.set_metadata(Metadata::new().title(act.title.clone()).language(act.lang.clone()));
    let mut page = document.start_page_with(PageSettings::from_wh(A4.0, A4.1).ok_or(Broken::Document)?);
    let mut surface = page.surface();
    let mut pen = Pen { surface: &mut surface };
    let mut at = At(MARGIN, 30.0);
    for line in bold.lines(&act.title, 18.0, ROOM) {
        pen.text(at, &bold, 18.0, &line);
        at = at.moved(0.0, 8.0);
    }
    at = at.moved(0.0, 4.0);
    for (name, value) in &act.facts {
        pen.aside(at, &regular, 10.5, name);
        let lines = regular.lines(value, 10.5, ROOM - SECOND);
        for line in &lines {
            pen.text(at.moved(SECOND, 0.0), &regular, 10.5, line);
            at = at.moved(0.0, 5.5);
        }
        if lines.is_empty() {
            at = at.moved(0.0, 5.5);
        }
        at = at.moved(0.0, 1.0);
    }
    at = at.moved(0.0, 5.0);
    pen.text(at, &bold, 11.0, &act.counted);
    at = at.moved(0.0, 7.0);
    for (name, value) in act.rows.iter().take(ROWS) {
        pen.text(at, &regular, 10.0, name);
        pen.text(at.moved(SECOND + 40.0, 0.0), &regular, 10.0, value);
        at = at.moved(0.0, 5.2);
    }
    at = at.moved(0.0, 4.0);
    for line in regular.lines(&act.note, 9.5, ROOM) {
        pen.aside(at, &regular, 9.5, &line);
        at = at.moved(0.0, 4.8);
    }
    at = at.moved(0.0, 12.0);
    pen.text(at, &regular, 10.5, &act.signature);
    pen.cut(at.moved(SECOND, 0.5), at.moved(ROOM, 0.5));
    surface.finish();
    page.finish();
    document.finish().map_err(|_| Broken::Document)
}

//! Cards with one-time codes, as sheets of A4 to be printed and cut: ten on a sheet, each with a name, a class, the code and a QR
//! code for each messenger. Pure: whoever makes codes hands them in.

use krilla::{Document, SerializeSettings, metadata::Metadata, page::PageSettings};

use crate::doors::Way;

pub(crate) mod pen;
mod square;

use pen::{At, Face, Pen};
pub use square::{Bar, Square, square};

pub(crate) static REGULAR: &[u8] = include_bytes!("cards/fonts/card-sheet-regular.ttf");
pub(crate) static BOLD: &[u8] = include_bytes!("cards/fonts/card-sheet-bold.ttf");

/// A4, in points.
pub(crate) const A4: (f32, f32) = (595.276, 841.89);
/// Cards beside each other, and below each other.
const COLUMNS: usize = 2;
const ROWS: usize = 5;
/// Cards on a sheet.
pub const PER_SHEET: usize = COLUMNS * ROWS;
/// Millimetres from now on: what stays free around all cards, for printers that do not reach the edge …
const MARGIN: f32 = 10.0;
/// … a card …
const CARD: (f32, f32) = (95.0, 55.4);
/// … what stays free within it, and between its two columns …
const PAD: f32 = 5.0;
/// … and the column of QR codes.
const QR: f32 = 17.0;
/// From one QR code to the next: its two lines of text, and white enough for a camera to tell them apart.
const NEXT: f32 = 8.4;

/// One card.
#[derive(Clone, PartialEq, Eq)]
pub struct Card {
    /// Whose, as those read it who hand it out.
    pub name: String,
    /// The class and its school.
    pub class: String,
    /// The code in clear.
    pub code: String,
    /// The links that bring it to us.
    pub ways: Vec<Way>,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Card(…)")
    }
}

/// What stands on every card.
#[derive(Clone, Debug)]
pub struct Words {
    /// The document's title.
    pub title: String,
    /// The language, as documents name it.
    pub lang: String,
    /// What this is a card of.
    pub programme: String,
    /// What the code is called.
    pub code: String,
    /// What to do with it.
    pub how: String,
}

/// Why there is no sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Our own font is not read.
    #[error("a font of the cards is not read")]
    Font,
    /// A link is longer than a QR code takes.
    #[error("a link does not fit into a QR code")]
    Link,
    /// The document is not written.
    #[error("the sheet is not written")]
    Document,
}

/// The sheets as a PDF.
///
/// # Errors
/// Never in practice: when a link is longer than a QR code takes.
pub fn sheets(cards: &[Card], words: &Words) -> Result<Vec<u8>, Broken> {
    let (regular, bold) = (Face::new(REGULAR)?, Face::new(BOLD)?);
    let mut document = Document::new_with(SerializeSettings { enable_tagging: false, ..SerializeSettings::default() });
    document.set_metadata(Metadata::new().title(words.title.clone()).language(words.lang.clone()));
    for cards in cards.chunks(PER_SHEET) {
        let mut page = document.start_page_with(PageSettings::from_wh(A4.0, A4.1).ok_or(Broken::Document)?);
        let mut surface = page.surface();
        let mut sheet = Sheet { pen: Pen { surface: &mut surface }, regular: &regular, bold: &bold, words };
        for (place, card) in cards.iter().enumerate() {
            let (column, row) = ((place % COLUMNS) as f32, (place / COLUMNS) as f32);
            sheet.card(At(MARGIN + column * CARD.0, MARGIN + row * CARD.1), card)?;
        }
        sheet.cuts(cards.len());
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| Broken::Document)
}

struct Sheet<'s, 'd, 'f> {
    pen: Pen<'s, 'd>,
    regular: &'f Face,
    bold: &'f Face,
    words: &'f Words,
}

impl Sheet<'_, '_, '_> {
    /// A card, from its upper left corner on.
    fn card(&mut self, at: At, card: &Card) -> Result<(), Broken> {
        let side = if card.ways.is_empty() { 0.0 } else { QR + PAD };
        let room = CARD.0 - 2.0 * PAD - side;
        self.says(at.moved(PAD, 0.0), card, room);
        let right = at.moved(CARD.0 - PAD - QR, 5.0);
        for (place, way) in card.ways.iter().enumerate() {
            let at = right.moved(0.0, place as f32 * (QR + NEXT));
            self.pen.qr(at, QR, &way.link)?;
            self.pen.centred(at.moved(0.0, QR + 2.6), self.bold, 7.0, way.messenger, QR);
            self.pen.centred(at.moved(-3.0, QR + 5.2), self.regular, 6.0, &way.address, QR + 6.0);
        }
        Ok(())
    }

    fn says(&mut self, at: At, card: &Card, room: f32) {
        let (regular, bold) = (self.regular, self.bold);
        self.pen.aside(at.moved(0.0, 7.0), regular, 8.0, &self.words.programme);
        self.pen.text(at.moved(0.0, 14.5), bold, bold.fitting(&card.name, 15.0, room), &card.name);
        for (place, line) in regular.lines(&card.class, 9.0, room).iter().take(2).enumerate() {
            let down = 19.5 + place as f32 * 3.7;
            self.pen.text(at.moved(0.0, down), regular, regular.fitting(line, 9.0, room), line);
        }
        self.pen.aside(at.moved(0.0, 27.6), regular, 7.5, &self.words.code);
        self.pen.text(at.moved(0.0, 36.0), bold, bold.fitting(&card.code, 23.0, room), &card.code);
        for (place, line) in regular.lines(&self.words.how, 8.0, room).iter().take(4).enumerate() {
            self.pen.text(at.moved(0.0, 42.0 + place as f32 * 3.4), regular, 8.0, line);
        }
    }

    /// The lines to cut along, around as many cards as there are.
    fn cuts(&mut self, cards: usize) {
        let rows = cards.div_ceil(COLUMNS) as f32;
        let (right, bottom) = (MARGIN + COLUMNS as f32 * CARD.0, MARGIN + rows * CARD.1);
        for row in 0..=cards.div_ceil(COLUMNS) {
            let down = MARGIN + row as f32 * CARD.1;
            self.pen.cut(At(MARGIN, down), At(right, down));
        }
        for column in 0..=COLUMNS {
            let x = MARGIN + column as f32 * CARD.0;
            self.pen.cut(At(x, MARGIN), At(x, bottom));
        }
    }
}

//! Draws on a sheet in millimetres, with the sheet's own fonts.

use krilla::{
    color::{luma, rgb},
    geom::{PathBuilder, Point, Rect},
    num::NormalizedF32,
    paint::{Fill, Stroke, StrokeDash},
    surface::Surface,
    text::{Font, TextDirection},
};

use super::{Broken, square};

/// Points of print in a millimetre.
const MM: f32 = 72.0 / 25.4;
const INK: u8 = 0;
/// What is there to be known, not to be read first.
const GREY: u8 = 90;

/// A font to draw with, and to measure by.
pub(crate) struct Face {
    font: Font,
    measure: ttf_parser::Face<'static>,
}

impl Face {
    pub fn new(bytes: &'static [u8]) -> Result<Self, Broken> {
        let font = Font::new(bytes.to_vec().into(), 0).ok_or(Broken::Font)?;
        Ok(Self { font, measure: ttf_parser::Face::parse(bytes, 0).map_err(|_| Broken::Font)? })
    }

    /// How wide a text is at a size in points, in millimetres.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let advance = |letter| self.measure.glyph_index(letter).and_then(|glyph| self.measure.glyph_hor_advance(glyph));
        let units: f32 = text.chars().filter_map(advance).map(f32::from).sum();
        units / f32::from(self.measure.units_per_em()) * size / MM
    }

    /// The largest size up to `size` at which a text is no wider than `room`.
    pub fn fitting(&self, text: &str, size: f32, room: f32) -> f32 {
        let width = self.width(text, size);
        if width > room { size * room / width } else { size }
    }

    /// A text in lines no wider than `room`; a word that is wider has a line of its own.
    pub fn lines(&self, text: &str, size: f32, room: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}"), size) <= room => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }
}

/// Where something is to be drawn from: millimetres from the left and from the top.
#[derive(Clone, Copy)]
pub(crate) struct At(pub f32, pub f32);

impl At {
    pub fn moved(self, right: f32, down: f32) -> Self {
        Self(self.0 + right, self.1 + down)
    }
}

/// A pen over one sheet.
pub(crate) struct Pen<'s, 'd> {
    pub surface: &'s mut Surface<'d>,
}

impl Pen<'_, '_> {
    /// A text on its base line.
    pub fn text(&mut self, at: At, face: &Face, size: f32, text: &str) {
        self.write(at, face, size, text, INK);
    }

    /// The same, quietly.
    pub fn aside(&mut self, at: At, face: &Face, size: f32, text: &str) {
        self.write(at, face, size, text, GREY);
    }

    fn write(&mut self, at: At, face: &Face, size: f32, text: &str, ink: u8) {
        self.surface.set_fill(Some(Fill { paint: luma::Color::new(ink).into(), ..Fill::default() }));
        self.surface.set_stroke(None);
        let at = Point::from_xy(at.0 * MM, at.1 * MM);
        self.surface.draw_text(at, face.font.clone(), size, text, false, TextDirection::LeftToRight);
    }

    /// A text in the middle of `room`.
    pub fn centred(&mut self, at: At, face: &Face, size: f32, text: &str, room: f32) {
        let size = face.fitting(text, size, room);
        let space = (room - face.width(text, size)) / 2.0;
        self.text(at.moved(space, 0.0), face, size, text);
    }

    /// A line to write on, or to part things.
    pub fn rule(&mut self, from: At, to: At) {
        let mut path = PathBuilder::new();
        path.move_to(from.0 * MM, from.1 * MM);
        path.line_to(to.0 * MM, to.1 * MM);
        self.stroke(path);
    }

    /// A frame, from its upper left corner on.
    pub fn frame(&mut self, at: At, (width, height): (f32, f32)) {
        let mut path = PathBuilder::new();
        if let Some(frame) = Rect::from_xywh(at.0 * MM, at.1 * MM, width * MM, height * MM) {
            path.push_rect(frame);
        }
        self.stroke(path);
    }

    fn stroke(&mut self, path: PathBuilder) {
        self.surface.set_fill(None);
        let paint = luma::Color::new(INK).into();
        self.surface.set_stroke(Some(Stroke { paint, width: 0.6, opacity: NormalizedF32::ONE, ..Stroke::default() }));
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    /// A line to cut along.
    pub fn cut(&mut self, from: At, to: At) {
        let mut path = PathBuilder::new();
        path.move_to(from.0 * MM, from.1 * MM);
        path.line_to(to.0 * MM, to.1 * MM);
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke {
            paint: rgb::Color::new(150, 150, 150).into(),
            width: 0.5,
            opacity: NormalizedF32::ONE,
            dash: Some(StrokeDash { array: vec![4.0, 3.0], offset: 0.0 }),
            ..Stroke::default()
        }));
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    /// A QR code as a square of this side; the white around it is the card's.
    pub fn qr(&mut self, at: At, side: f32, content: &str) -> Result<(), Broken> {
        let square = square(content)?;
        let module = side * MM / square.side as f32;
        let mut path = PathBuilder::new();
        for bar in &square.dark {
            let (x, y) = (at.0 * MM + bar.column as f32 * module, at.1 * MM + bar.row as f32 * module);
            // Neighbours overlap by a hair: no reader shows a white seam between them.
            let (width, height) = ((bar.length as f32 + 0.01) * module, 1.01 * module);
            path.push_rect(Rect::from_xywh(x, y, width, height).ok_or(Broken::Link)?);
        }
        self.surface.set_fill(Some(Fill { paint: luma::Color::new(INK).into(), ..Fill::default() }));
        self.surface.set_stroke(None);
        self.surface.draw_path(&path.finish().ok_or(Broken::Link)?);
        Ok(())
    }
}

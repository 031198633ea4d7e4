//! A QR code as the squares that it is made of.

use std::fmt::Write;

use fast_qr::{ECL, QRBuilder};

use super::Broken;

/// The squares of a QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Square {
    /// How many there are in a row.
    pub side: usize,
    /// Those that are dark.
    pub dark: Vec<Bar>,
}

/// Dark squares side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Where the first is.
    pub column: usize,
    /// In which row.
    pub row: usize,
    /// How many there are.
    pub length: usize,
}

impl Square {
    /// The dark ones as a path of SVG, one unit each.
    #[must_use]
    pub fn path(&self) -> String {
        self.dark.iter().fold(String::new(), |mut path, Bar { column, row, length }| {
            // Nothing fails that is written into a string.
            write!(path, "M{column} {row}h{length}v1h-{length}z").ok();
            path
        })
    }
}

/// What a camera reads as this text. A seventh of it may be worn off.
///
/// # Errors
/// When the text is longer than a QR code takes.
pub fn square(content: &str) -> Result<Square, Broken> {
    let code = QRBuilder::new(content).ecl(ECL::M).build().map_err(|_| Broken::Link)?;
    let rows = code.data.chunks(code.size).take(code.size).enumerate();
    let mut dark: Vec<Bar> = Vec::new();
    for (row, modules) in rows {
        for (column, _) in modules.iter().enumerate().filter(|(_, module)| module.value()) {
            match dark.last_mut() {
                Some(bar) if bar.row == row && bar.column + bar.length == column => bar.length += 1,
                _ => dark.push(Bar { column, row, length: 1 }),
            }
        }
    }
    Ok(Square { side: code.size, dark })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader makes of the squares, with the white around them that cards have.
    fn read(square: &Square) -> String {
        let side = (square.side + 8) * 4;
        let dark = |x: usize, y: usize| {
            let at = |pixel: usize| (pixel / 4).checked_sub(4);
            at(x).zip(at(y)).is_some_and(|(x, y)| {
                square.dark.iter().any(|bar| bar.row == y && (bar.column..bar.column + bar.length).contains(&x))
            })
        };
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| if dark(x, y) { 0 } else { 255 });
        let grids = picture.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn a_camera_reads_what_was_meant() {
        for link in ["https://t.me/provodnik_bot?start=K7QM-2XPD", "https://vk.me/club700000001?ref=K7QM-2XPD"] {
            assert_eq!(read(&square(link).unwrap()), link);
        }
        let long = format!("https://t.me/{}?start=K7QM-2XPD", "b".repeat(32));
        assert_eq!(read(&square(&long).unwrap()), long);
        assert_eq!(square(&"x".repeat(5000)), Err(Broken::Link));
    }
}

//! A QR code as the squares that it is made of.

use std::fmt::Write;

use fast_qr::{ECL, QRBuilder};

use super::Broken;

/// The squares of a QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Square {
    /// How many there are in a row.
    pub side: usize,
    /// Those that are dark: column and row.
    pub dark: Vec<(usize, usize)>,
}

impl Square {
    /// The dark ones as a path of SVG, one unit each.
    #[must_use]
    pub fn path(&self) -> String {
        self.dark.iter().fold(String::new(), |mut path, (column, row)| {
            // Nothing fails that is written into a string.
            write!(path, "M{column} {row}h1v1h-1z").ok();
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
    let dark = rows.flat_map(|(row, modules)| {
        let dark = modules.iter().enumerate().filter(|(_, module)| module.value());
        dark.map(move |(column, _)| (column, row))
    });
    Ok(Square { side: code.size, dark: dark.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader makes of the squares, with the white around them that cards have.
    fn read(square: &Square) -> String {
        let side = (square.side + 8) * 4;
        let dark = |x: usize, y: usize| {
            let at = |pixel: usize| (pixel / 4).checked_sub(4);
            at(x).zip(at(y)).is_some_and(|at| square.dark.contains(&at))
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

//! What is on a PDF, read by somebody else's programs (poppler), and by a camera.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn run(program: &str, arguments: &[&str], folder: &Path) -> Output {
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| panic!("{program} (poppler-utils): {error}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn laid_down(pdf: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("sheets.pdf"), pdf).unwrap();
    folder
}

/// The text layer.
pub fn text(pdf: &[u8]) -> String {
    let folder = laid_down(pdf);
    String::from_utf8(run("pdftotext", &["-layout", "sheets.pdf", "-"], folder.path()).stdout).unwrap()
}

/// What a camera reads off each sheet, as printed at 200 dots an inch: held over one QR code of one card after the other.
pub fn squares(pdf: &[u8]) -> Vec<Vec<String>> {
    let folder = laid_down(pdf);
    run("pdftoppm", &["-gray", "-r", "200", "sheets.pdf", "sheet"], folder.path());
    let mut files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "pgm"));
    files.sort();
    files.iter().map(|path| Picture::read(&fs::read(path).unwrap()).squares()).collect()
}

/// A grey picture of a sheet.
struct Picture {
    width: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// Reads PGM.
    fn read(bytes: &[u8]) -> Self {
        let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
        let (kind, size, depth) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        assert_eq!((kind, depth), (b"P5".as_slice(), b"255".as_slice()));
        let width = std::str::from_utf8(size).unwrap().split(' ').next().unwrap().parse().unwrap();
        Self { width, pixels: parts.next().unwrap().to_vec() }
    }

    /// Two columns of five cards, each with two codes at its right.
    fn squares(&self) -> Vec<String> {
        let mut read = Vec::new();
        for (column, row) in (0..10).flat_map(|row| [(0, row), (1, row)]) {
            let (left, top) = (10.0 + 95.0 * f64::from(column) + 65.0, 10.0 + 27.7 * f64::from(row) + 0.5);
            read.extend(self.square([left, top, 29.5, 26.7]));
        }
        read
    }

    /// What is read within a part of the sheet: from the left, from the top, width and height, in millimetres.
    fn square(&self, part: [f64; 4]) -> Option<String> {
        let [left, top, width, height] = part.map(|millimetres| (millimetres * 200.0 / 25.4) as usize);
        let at = |x: usize, y: usize| self.pixels[(top + y) * self.width + left + x];
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
        prepared.detect_grids().iter().find_map(|grid| Some(grid.decode().ok()?.1))
    }
}

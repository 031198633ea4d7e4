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
    if let Ok(to) = std::env::var("LOOK_AT") {
        fs::write(to, pdf).unwrap();
    }
    fs::write(folder.path().join("sheets.pdf"), pdf).unwrap();
    folder
}

/// The text layer.
pub fn text(pdf: &[u8]) -> String {
    let folder = laid_down(pdf);
    String::from_utf8(run("pdftotext", &["-layout", "sheets.pdf", "-"], folder.path()).stdout).unwrap()
}

/// What a camera reads off each sheet, as printed at 150 dots an inch.
pub fn squares(pdf: &[u8]) -> Vec<Vec<String>> {
    let folder = laid_down(pdf);
    run("pdftoppm", &["-gray", "-r", "150", "sheets.pdf", "sheet"], folder.path());
    let mut files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "pgm"));
    files.sort();
    files.iter().map(|path| read(&fs::read(path).unwrap())).collect()
}

/// Reads a grey picture (PGM).
fn read(picture: &[u8]) -> Vec<String> {
    let mut parts = picture.splitn(4, |byte| *byte == b'\n');
    let (kind, size, depth) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    assert_eq!((kind, depth), (b"P5".as_slice(), b"255".as_slice()));
    let size: Vec<usize> =
        std::str::from_utf8(size).unwrap().split(' ').map(|number| number.parse().unwrap()).collect();
    let (width, pixels) = (size[0], parts.next().unwrap());
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, size[1], |x, y| pixels[y * width + x]);
    prepared.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect()
}

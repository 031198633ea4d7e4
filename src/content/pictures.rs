//! `flows/pictures/*.png|jpg`: what questions and messages may carry.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use sha2::{Digest, Sha256};

use crate::{
    fault::{Fault, Kind, nearest},
    flow::{Pictures, Program},
    message::PictureFile,
};

/// The folder.
const FOLDER: &str = "flows/pictures";
/// What Telegram takes as a photo (<https://core.telegram.org/bots/api#sendphoto>); VK takes more.
const BYTES: usize = 10 * 1024 * 1024;
/// Width and height together.
const SIDES: u32 = 10_000;
/// How many times as long as wide.
const RATIO: u32 = 20;

/// Reads them. What a messenger would not take is a fault.
pub(super) fn load(dir: &Path) -> (Pictures, Vec<Fault>) {
    let (mut pictures, mut faults) = (Pictures::new(), Vec::new());
    // A content directory need not have any.
    for path in super::entries(&dir.join(FOLDER)).unwrap_or_default() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = format!("{FOLDER}/{name}");
        let read = match fs::read(&path) {
            Ok(bytes) => judged(bytes).ok_or(Kind::PictureUnusable {}),
            Err(error) => Err(Kind::Unreadable { why: error.to_string() }),
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match read {
            Ok(_) if pictures.contains_key(&stem) => {
                faults.push(Fault::new(&file, None, Kind::PictureTwice { picture: stem }));
            }
            Ok(picture) => drop(pictures.insert(stem, Arc::new(picture))),
            Err(kind) => faults.push(Fault::new(&file, None, kind)),
        }
    }
    (pictures, faults)
}

fn judged(bytes: Vec<u8>) -> Option<PictureFile> {
    let (mime, (width, height)) =
        png(&bytes).map(|size| ("image/png", size)).or_else(|| Some(("image/jpeg", jpeg(&bytes)?)))?;
    let (short, long) = (width.min(height), width.max(height));
    let fits = bytes.len() <= BYTES && short > 0 && width.checked_add(height)? <= SIDES && long / short <= RATIO;
    let hash = hex::encode(&Sha256::digest(&bytes)[..16]);
    fits.then_some(PictureFile { hash, mime, bytes })
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(8..16)?;
    let side = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
    Some((side(0)?, side(4)?))
}

/// The size stands in the segment that begins a frame.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        let [0xff, kind, high, low, ..] = *rest else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        if matches!(kind, 0xc0..=0xcf) && !matches!(kind, 0xc4 | 0xc8 | 0xcc) {
            let [h1, h2, w1, w2] = *rest.get(5..9)? else { return None };
            return Some((u16::from_be_bytes([w1, w2]).into(), u16::from_be_bytes([h1, h2]).into()));
        }
        rest = rest.get(2 + length..)?;
    }
}

/// Pictures that steps name and that are not there, and those that nobody names.
pub(super) fn check(program: &Program, pictures: &Pictures) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut used = BTreeSet::new();
    for (file, name, place) in program.pictured() {
        used.insert(name);
        if !pictures.contains_key(name) {
            let kind = Kind::PictureUnknown { picture: name.to_owned() };
            faults.push(Fault::new(file, place, kind).fix(nearest(name, pictures.keys())));
        }
    }
    for name in pictures.keys().filter(|name| !used.contains(name.as_str())) {
        faults.push(Fault::new(FOLDER, None, Kind::PictureUnused { picture: name.clone() }));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_off_the_files() {
        let png = |width: u32, height: u32| {
            [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &width.to_be_bytes(), &height.to_be_bytes()].concat()
        };
        assert_eq!(super::png(&png(640, 480)), Some((640, 480)));
        assert_eq!(judged(png(640, 480)).unwrap().mime, "image/png");
        for (width, height) in [(0, 9), (9_000, 1_001), (2_100, 100), (u32::MAX, 2)] {
            assert!(judged(png(width, height)).is_none(), "{width} × {height}");
        }
        let jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x01\x00\x02\x00rest";
        assert_eq!(super::jpeg(jpeg), Some((512, 256)));
        for broken in [&jpeg[..12], b"\xff\xd8", b"GIF89a", b""] {
            assert!(judged(broken.to_vec()).is_none());
        }
    }
}

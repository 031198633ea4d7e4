//! Looks into an archive: whether it is Word, or holds scans and nothing else, and does not swell. Nothing of it is kept unpacked.

use std::io::{Cursor, Read, copy, sink};

use zip::ZipArchive;

use super::kind::{Kind, Refused, single};

/// Files in an archive of one pupil's paper: its sheets, photographed one by one.
const FILES: usize = 30;
/// Bytes that they may be together: as much as a full archive of pictures, which do not shrink, and much room.
const UNPACKED: u64 = 50 * 1024 * 1024;
/// As much of a file as tells what it is.
const HEAD: u64 = 64 * 1024;
/// What systems put into archives by themselves.
const LITTER: [&str; 3] = ["__MACOSX/", ".DS_Store", "Thumbs.db"];

/// What an archive is.
///
/// # Errors
/// When it is none, or one that nobody should be given.
pub(super) fn look(bytes: &[u8]) -> Result<Kind, Refused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refused::BrokenArchive)?;
    let has = |archive: &ZipArchive<_>, name: &str| archive.index_for_name(name).is_some();
    let office = has(&archive, "[Content_Types].xml");
    if office && !has(&archive, "word/document.xml") {
        return Err(Refused::Unknown);
    }
    let (mut files, mut unpacked) = (0, 0);
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).map_err(|_| Refused::BrokenArchive)?;
        let name = String::from_utf8_lossy(file.name_raw()).into_owned();
        if file.is_dir() || LITTER.iter().any(|litter| name.starts_with(litter) || name.ends_with(litter)) {
            continue;
        }
        let mut head = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut head).map_err(|_| Refused::BrokenArchive)?;
        // What an archive says of sizes is not believed: it is read, and forgotten.
        let rest = (UNPACKED + 1_u64).saturating_sub(unpacked + head.len() as u64);
        let rest = copy(&mut file.by_ref().take(rest), &mut sink()).map_err(|_| Refused::BrokenArchive)?;
        unpacked += head.len() as u64 + rest;
        files += 1;
        if unpacked > UNPACKED || (!office && files > FILES) {
            return Err(Refused::Swelling);
        }
        if !office && !is_scan(&head) {
            return Err(Refused::Alien);
        }
    }
    match (office, files) {
        (true, _) => Ok(Kind::Docx),
        (false, 0) => Err(Refused::EmptyArchive),
        (false, _) => Ok(Kind::Zip),
    }
}

/// Whether a file begins as one that we take. Word is an archive in the archive, and is not looked into again.
fn is_scan(head: &[u8]) -> bool {
    let word = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    single(head).is_ok()
        || (head.starts_with(b"PK\x03\x04") && (word(b"[Content_Types].xml") || word(b"word/")))
        // The older Word names its stream anywhere.
        || head.starts_with(b"\xd0\xcf\x11\xe0")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn an_archive_holds_scans_or_is_word() {
        let scans =
            archive(&[("1.pdf", b"%PDF-1.4"), ("лист 2.jpg", b"\xff\xd8\xff\xe0"), ("__MACOSX/._1.pdf", b"junk")]);
        assert_eq!(look(&scans), Ok(Kind::Zip));
        let word =
            archive(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"), ("word/a.bin", b"MZ")]);
        assert_eq!(look(&word), Ok(Kind::Docx));
        assert_eq!(look(&archive(&[("consent.docx", &word)])), Ok(Kind::Zip));
        let table = archive(&[("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<w/>")]);
        assert_eq!(look(&table), Err(Refused::Unknown));
    }

    #[test]
    fn an_archive_of_anything_else_is_refused() {
        assert_eq!(look(&archive(&[("скан.pdf", b"MZ\x90\0")])), Err(Refused::Alien), "a program by another name");
        assert_eq!(look(&archive(&[])), Err(Refused::EmptyArchive));
        assert_eq!(look(&archive(&[(".DS_Store", b"x")])), Err(Refused::EmptyArchive));
        let inner = archive(&[("1.pdf", b"%PDF-")]);
        assert_eq!(look(&archive(&[("inner.zip", &inner)])), Err(Refused::Alien), "an archive in an archive");
        assert_eq!(look(&inner[..inner.len() / 2]), Err(Refused::BrokenArchive));
        let many: Vec<_> = (0..=FILES).map(|n| format!("{n}.pdf")).collect();
        let many: Vec<_> = many.iter().map(|name| (name.as_str(), b"%PDF-".as_slice())).collect();
        assert_eq!(look(&archive(&many)), Err(Refused::Swelling));
    }

    #[test]
    fn a_bomb_is_not_read_to_its_end() {
        let mut blank = b"%PDF-".to_vec();
        blank.resize(usize::try_from(UNPACKED).unwrap() + 1, 0);
        let bomb = archive(&[("1.pdf", &blank)]);
        assert!(bomb.len() < 200_000, "{}", bomb.len());
        assert_eq!(look(&bomb), Err(Refused::Swelling));
    }
}

//! What a file is, by what is in it and not by what it is called.

use super::zipped;

/// What is taken: the programme's list, JPG and PNG being pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PDF, with a password too: kept as it came.
    Pdf,
    /// A picture: read and written anew.
    Picture,
    /// The older Word.
    Doc,
    /// Word.
    Docx,
    /// An archive of such files: kept as it came.
    Zip,
}

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is nothing in it.
    #[error("an empty file")]
    Empty,
    /// More than the programme takes.
    #[error("a file that is too large")]
    TooLarge,
    /// A picture as phones of one maker take it.
    #[error("a HEIC picture")]
    Heic,
    /// Another picture.
    #[error("a picture of another kind")]
    OtherPicture,
    /// A program.
    #[error("a program")]
    Program,
    /// None that is on the list.
    #[error("a file of an unknown kind")]
    Unknown,
    /// A picture that can't be read to its end.
    #[error("a broken picture")]
    Broken,
    /// A picture of more points than we read.
    #[error("a picture with too many points")]
    TooManyPixels,
    /// An archive that can't be read.
    #[error("a broken archive")]
    BrokenArchive,
    /// An archive without a file.
    #[error("an empty archive")]
    EmptyArchive,
    /// An archive with more files, or larger ones, than scans are.
    #[error("an archive that swells")]
    Swelling,
    /// An archive with something in it that is no scan.
    #[error("an archive with something else in it")]
    Alien,
}

impl Refused {
    /// All of them, for the words.
    pub const ALL: [Self; 12] = [
        Self::Empty,
        Self::TooLarge,
        Self::Heic,
        Self::OtherPicture,
        Self::Program,
        Self::Unknown,
        Self::Broken,
        Self::TooManyPixels,
        Self::BrokenArchive,
        Self::EmptyArchive,
        Self::Swelling,
        Self::Alien,
    ];

    /// The word in keys.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::Heic => "heic",
            Self::OtherPicture => "other_picture",
            Self::Program => "program",
            Self::Unknown => "unknown",
            Self::Broken => "broken",
            Self::TooManyPixels => "pixels",
            Self::BrokenArchive => "broken_archive",
            Self::EmptyArchive => "empty_archive",
            Self::Swelling => "swelling",
            Self::Alien => "alien",
        }
    }
}

/// What files of another kind begin with, where we know a cure.
const OTHERS: [(&[u8], Refused); 9] = [
    (b"GIF8", Refused::OtherPicture),
    (b"BM", Refused::OtherPicture),
    (b"II*\0", Refused::OtherPicture),
    (b"MM\0*", Refused::OtherPicture),
    (b"RIFF", Refused::OtherPicture),
    (b"MZ", Refused::Program),
    (b"\x7fELF", Refused::Program),
    (b"#!", Refused::Program),
    (b"dex\n", Refused::Program),
];
/// What a file of the older Office begins with …
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// … and the stream that makes it a text: `WordDocument`, as its directory spells it.
const WORD: &[u8] = b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0";

/// The kind of a file. It must be one from its first byte on: what hides behind another beginning is refused, and what hides
/// behind the end is kept and never run.
///
/// # Errors
/// When it is of none that we take.
pub fn sniff(bytes: &[u8]) -> Result<Kind, Refused> {
    match bytes {
        [] => Err(Refused::Empty),
        _ if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") => zipped::look(bytes),
        _ => single(bytes),
    }
}

/// The same of a file that is no archive.
pub(super) fn single(bytes: &[u8]) -> Result<Kind, Refused> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    if starts(b"\xff\xd8\xff") || starts(b"\x89PNG\r\n\x1a\n") {
        return Ok(Kind::Picture);
    }
    if starts(OLE) {
        let word = bytes.windows(WORD.len()).any(|window| window == WORD);
        return if word { Ok(Kind::Doc) } else { Err(Refused::Unknown) };
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        let heic = [b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis"];
        let brand = bytes.get(8..12).unwrap_or_default();
        return Err(if heic.iter().any(|known| *known == brand) { Refused::Heic } else { Refused::Unknown });
    }
    let other = OTHERS.iter().find(|(magic, _)| starts(magic));
    Err(other.map_or(Refused::Unknown, |(_, refused)| refused.clone()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn files_are_known_by_what_is_in_them() {
        assert_eq!(sniff(b"%PDF-1.7\n..."), Ok(Kind::Pdf));
        assert_eq!(sniff(b"\xff\xd8\xff\xe0.."), Ok(Kind::Picture));
        assert_eq!(sniff(&[OLE, &[0; 500], WORD].concat()), Ok(Kind::Doc));
        // A table of the older Office, or what a password hides.
        assert_eq!(sniff(&[OLE, &[0; 500]].concat()), Err(Refused::Unknown));
        assert_eq!(sniff(b"MZ\x90\0"), Err(Refused::Program));
        assert_eq!(sniff(b"\0\0\0\x18ftypheic\0\0\0\0"), Err(Refused::Heic));
        assert_eq!(sniff(b"\0\0\0\x18ftypmp42\0\0\0\0"), Err(Refused::Unknown));
        assert_eq!(sniff(b"RIFF1234WEBP"), Err(Refused::OtherPicture));
        assert_eq!(sniff(b""), Err(Refused::Empty));
        assert_eq!(sniff(b"<html>%PDF-1.7"), Err(Refused::Unknown), "only from the first byte on");
    }

    #[test]
    fn each_refusal_has_a_word_of_its_own() {
        let words: std::collections::BTreeSet<_> = Refused::ALL.iter().map(Refused::word).collect();
        assert_eq!(words.len(), Refused::ALL.len());
    }

    proptest! {
        #[test]
        fn whatever_comes_is_known_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
            // Nothing of chance is a scan: each kind has a beginning of at least three bytes.
            let known = [&b"%PDF-"[..], b"\xff\xd8\xff", b"\x89PNG", OLE, b"PK"].iter().any(|magic| bytes.starts_with(magic));
            prop_assert!(known || sniff(&bytes).is_err());
        }

        #[test]
        fn what_begins_as_an_archive_never_breaks_us(tail in prop::collection::vec(any::<u8>(), 0..3000)) {
            prop_assert!(!matches!(sniff(&[b"PK\x03\x04".as_slice(), &tail].concat()), Ok(Kind::Pdf | Kind::Picture | Kind::Doc)));
        }
    }
}

//! A part of a workbook as somebody has made it, in an archive that is whole otherwise: the first letter says which part.
#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use provodnik_fuzz::imported;
use zip::{ZipWriter, write::SimpleFileOptions};

const ROOT: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &[u8] = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const LINKS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const SHEET: &[u8] = br#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>"#;
const STRINGS: &[u8] =
    br#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>a</t></si></sst>"#;
const MANIFEST: &[u8] = br#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;

fuzz_target!(|data: &[u8]| {
    let Some((which, part)) = data.split_first().filter(|(_, part)| part.len() <= 16 * 1024) else { return };
    let of = |letter: u8, whole: &'static [u8]| if *which == letter { part } else { whole };
    let files: &[(&str, &[u8])] = match which {
        b'o' => &[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("content.xml", part),
            ("META-INF/manifest.xml", MANIFEST),
        ],
        _ => &[
            ("_rels/.rels", ROOT),
            ("xl/workbook.xml", of(b'b', BOOK)),
            ("xl/_rels/workbook.xml.rels", of(b'l', LINKS)),
            ("xl/worksheets/sheet1.xml", of(b's', SHEET)),
            ("xl/sharedStrings.xml", of(b't', STRINGS)),
        ],
    };
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let begun =
            archive.start_file(*name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored));
        if begun.is_err() || archive.write_all(content).is_err() {
            return;
        }
    }
    if let Ok(file) = archive.finish() {
        imported(&file.into_inner());
    }
});

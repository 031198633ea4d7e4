use std::path::Path;

use super::*;

#[test]
fn every_transcript_of_the_programme_goes_as_written() {
    let report = run(Path::new(env!("CARGO_MANIFEST_DIR")), false);
    assert!(report.played > 0 && report.is_good(), "{report}");
}

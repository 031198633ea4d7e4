use std::path::Path;

use super::*;

#[test]
fn the_programmes_content_has_no_error() {
    let (report, good) = report(Path::new(env!("CARGO_MANIFEST_DIR")), false);
    assert!(good, "{report}");
}

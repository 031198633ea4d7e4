//! Reads a content directory: `flows/*.yaml`, `flows/*.chat`, `locales/<lang>/*.ftl`.

use std::{path::Path, sync::Arc};

use crate::flow::{Fault, Program};

/// Loads everything under `dir`. A program comes out if there is no error among the faults; all faults come at once.
#[must_use]
pub fn load(dir: &Path) -> (Option<Arc<Program>>, Vec<Fault>) {
    let _ = dir;
    (None, Vec::new())
}

//! What is wrong with the content of the program that runs beside the stand-ins: the page shows it over the phones.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;

use super::{Core, Sandbox, locked};

/// One fault of content that was changed and is not in use for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The file, relative to the content directory.
    pub file: String,
    /// Its line, from 1.
    pub line: Option<usize>,
    /// Its column, from 1.
    pub column: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// What would mend it.
    pub help: Option<String>,
}

impl Sandbox {
    /// Shows these instead of those of before; none: all is well again.
    pub fn notices(&self, notices: Vec<Notice>) {
        let before = std::mem::replace(&mut *locked(&self.0.notices), notices);
        if before != *locked(&self.0.notices) {
            self.0.touch();
        }
    }
}

pub(super) async fn list(State(core): State<Arc<Core>>) -> Json<Vec<Notice>> {
    Json(locked(&core.notices).clone())
}

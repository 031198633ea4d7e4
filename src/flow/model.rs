//! A checked flow.

/// A flow whose every target, outcome and argument is known to exist.
#[derive(Debug)]
pub struct Flow {
    pub(crate) name: String,
    pub(crate) hash: String,
    pub(crate) source: String,
}

/// Commands and defaults of all flows: `_global.yaml`.
#[derive(Debug, Default)]
pub struct Global {}

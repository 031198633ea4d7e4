//! What a person said, as far as a question can use it.

/// Something a person said that is no button of ours and no command.
#[derive(Clone, Debug)]
pub(super) enum Heard {
    Text(String),
    Contact { phone: String, name: String, own: bool },
    Attachment(String),
    Unsupported(String),
}

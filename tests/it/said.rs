//! What a process says, heard as it says it.

use std::{
    io::{BufRead, BufReader, PipeWriter},
    panic::Location,
    thread,
};

use tokio::{sync::watch, time::timeout};

use crate::running::PATIENCE;

/// The lines of a process, as they come.
#[derive(Clone)]
pub struct Said(watch::Receiver<String>);

/// Where a process may write to, and what it writes there. It ends when nobody is left who could write.
pub fn pipe() -> (PipeWriter, Said) {
    let (reader, writer) = std::io::pipe().unwrap();
    let (says, said) = watch::channel(String::new());
    thread::spawn(move || {
        let (mut reader, mut line) = (BufReader::new(reader), Vec::new());
        while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            says.send_modify(|text| text.push_str(&String::from_utf8_lossy(&line)));
            line.clear();
        }
    });
    (writer, Said(said))
}

impl Said {
    /// Everything until now.
    pub fn so_far(&self) -> String {
        self.0.borrow().clone()
    }

    /// Waits until these words have been said.
    #[track_caller]
    pub fn until<'a>(&'a self, words: &'a str) -> impl Future<Output = ()> + 'a {
        let place = Location::caller();
        async move {
            let mut said = self.0.clone();
            let heard = timeout(PATIENCE, said.wait_for(|said| said.contains(words))).await;
            let heard = matches!(heard, Ok(Ok(_)));
            assert!(heard, "{place}: not in time, or never: «{words}», but {}", self.so_far());
        }
    }

    /// Everything, to the last word: for a process that has ended.
    pub async fn to_the_end(&self) -> String {
        let mut said = self.0.clone();
        let ended = timeout(PATIENCE, async { while said.changed().await.is_ok() {} }).await;
        ended.expect("somebody could still write");
        self.so_far()
    }
}

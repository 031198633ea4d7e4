//! The line between the engine and Postgres: reads what is asked, and cuts one connection at a chosen statement.
//!
//! It speaks as much of Postgres's protocol as it takes to see where a request ends and its answer begins
//! (<https://www.postgresql.org/docs/current/protocol-message-formats.html>). Counted is what is executed, `begin` and
//! `commit` among it; preparing a statement and looking whether a connection lives are not.

use std::{
    collections::HashMap,
    fmt,
    io::{Error, ErrorKind, Result},
    str::FromStr,
    sync::{Arc, Mutex, MutexGuard},
};

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpStream, UnixListener, UnixStream},
};

/// One execution of a statement: the same in every run of the same turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Statement {
    /// Its words; of a `commit` also those of the statement before it.
    pub words: String,
    /// The how manieth of these words.
    pub nth: usize,
}

/// Where a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The statement never reaches the server.
    Before,
    /// The server has carried it out, and its answer is lost.
    After,
}

/// A connection's end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    pub statement: Statement,
    pub side: Side,
}

/// What was executed.
#[derive(Clone, Debug)]
pub struct Seen {
    pub statement: Statement,
    /// The server stood outside of any transaction then: what was done so far stands.
    stands: bool,
}

impl Seen {
    /// Whether it made a transaction's effects stand.
    pub fn commits(&self) -> bool {
        self.stands && self.statement.words.starts_with("COMMIT")
    }
}

/// A line that is listened to.
pub struct Wire {
    /// Connections over it.
    pub pool: PgPool,
    book: Arc<Mutex<Book>>,
    _socket: tempfile::TempDir,
}

#[derive(Default)]
struct Book {
    watching: bool,
    counts: HashMap<String, usize>,
    seen: Vec<Seen>,
    cuts: Vec<Cut>,
}

impl Wire {
    /// A line to the database of this address.
    pub async fn to(url: &str) -> Self {
        let options = PgConnectOptions::from_str(url).unwrap();
        let socket = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(socket.path().join(".s.PGSQL.5432")).unwrap();
        let book = Arc::new(Mutex::new(Book::default()));
        let near = options.clone().socket(socket.path()).port(5432).ssl_mode(PgSslMode::Disable);
        tokio::spawn(listen(listener, options, Arc::clone(&book)));
        let pool = PgPoolOptions::new().max_connections(8).connect_with(near).await.unwrap();
        Self { pool, book, _socket: socket }
    }

    /// Counts from now on, and makes these cuts, each once.
    pub fn watch(&self, cuts: &[Cut]) {
        *locked(&self.book) = Book { watching: true, cuts: cuts.to_vec(), ..Book::default() };
    }

    /// Counts no longer. Gives what was executed, and the cuts that were never come to.
    pub fn rest(&self) -> (Vec<Seen>, Vec<Cut>) {
        let book = std::mem::take(&mut *locked(&self.book));
        (book.seen, book.cuts)
    }
}

impl Book {
    /// Writes a statement down, and says whether it is cut.
    fn note(&mut self, words: &str) -> Option<(Statement, Option<Side>)> {
        if !self.watching {
            return None;
        }
        let count = self.counts.entry(words.to_owned()).or_default();
        *count += 1;
        let statement = Statement { words: words.to_owned(), nth: *count };
        let place = self.cuts.iter().position(|cut| cut.statement == statement);
        Some((statement, place.map(|place| self.cuts.remove(place).side)))
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cut {:?} no. {} of `{}`", self.side, self.statement.nth, self.statement.words)
    }
}

fn locked(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap()
}

async fn listen(listener: UnixListener, options: PgConnectOptions, book: Arc<Mutex<Book>>) {
    while let Ok((client, _)) = listener.accept().await {
        let (options, book) = (options.clone(), Arc::clone(&book));
        // How a connection ends is told to whoever uses it.
        tokio::spawn(async move {
            let Some(dir) = options.get_socket() else {
                let server = TcpStream::connect((options.get_host(), options.get_port())).await?;
                return Line::new(client, server, book).carry().await;
            };
            let server = UnixStream::connect(dir.join(format!(".s.PGSQL.{}", options.get_port()))).await?;
            Line::new(client, server, book).carry().await
        });
    }
}

/// One connection.
struct Line<S> {
    client: BufReader<UnixStream>,
    server: BufReader<S>,
    book: Arc<Mutex<Book>>,
    /// Prepared statements by name.
    prepared: HashMap<String, String>,
    bound: String,
    /// What was executed last.
    last: String,
}

/// A message: its kind and its whole, as it stands on the line.
struct Message {
    kind: u8,
    whole: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    fn new(client: UnixStream, server: S, book: Arc<Mutex<Book>>) -> Self {
        let (client, server) = (BufReader::new(client), BufReader::new(server));
        Self { client, server, book, prepared: HashMap::new(), bound: String::new(), last: String::new() }
    }

    /// Request, answer, request … until either side ends, or a cut.
    async fn carry(mut self) -> Result<()> {
        self.greet().await?;
        loop {
            let mut request = Vec::new();
            let mut executed = None;
            loop {
                let message = read(&mut self.client).await?;
                executed = self.executed(&message)?.or(executed);
                request.extend_from_slice(&message.whole);
                if matches!(message.kind, b'Q' | b'S' | b'X') {
                    break;
                }
            }
            let noted = executed.and_then(|words| locked(&self.book).note(&words));
            let side = noted.as_ref().and_then(|(_, side)| *side);
            if side == Some(Side::Before) {
                return self.cut().await;
            }
            self.server.write_all(&request).await?;
            let (answer, idle) = self.answer().await?;
            if let Some((statement, _)) = noted {
                locked(&self.book).seen.push(Seen { statement, stands: idle });
            }
            if side == Some(Side::After) {
                return self.cut().await;
            }
            self.client.write_all(&answer).await?;
        }
    }

    /// The start of a connection, until the server is ready.
    async fn greet(&mut self) -> Result<()> {
        let length = self.client.read_u32().await?;
        let mut start = vec![0; length as usize - 4];
        self.client.read_exact(&mut start).await?;
        self.server.write_all(&[&length.to_be_bytes()[..], &start].concat()).await?;
        loop {
            let message = read(&mut self.server).await?;
            self.client.write_all(&message.whole).await?;
            // 3, 5, 10, 11: a password is asked for, in clear, as MD5, by SASL and as SASL goes on.
            let asks = message.kind == b'R' && matches!(message.whole[8], 3 | 5 | 10 | 11);
            if asks {
                let password = read(&mut self.client).await?;
                self.server.write_all(&password.whole).await?;
            }
            if message.kind == b'Z' {
                return Ok(());
            }
        }
    }

    /// The words of what this message executes.
    fn executed(&mut self, message: &Message) -> Result<Option<String>> {
        let mut texts =
            message.whole[5..].split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned());
        let mut text = || texts.next().ok_or(ErrorKind::InvalidData);
        let words = match message.kind {
            b'P' => {
                self.prepared.insert(text()?, text()?);
                return Ok(None);
            }
            b'B' => {
                text()?;
                self.bound = text()?;
                return Ok(None);
            }
            b'Q' => text()?,
            b'E' => self.prepared.get(&self.bound).cloned().ok_or(ErrorKind::InvalidData)?,
            // Whoever copies would be waited for in vain.
            b'd' | b'c' | b'f' => return Err(Error::from(ErrorKind::Unsupported)),
            _ => return Ok(None),
        };
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let named = if words.eq_ignore_ascii_case("commit") { format!("{words} after {}", self.last) } else { words };
        self.last.clone_from(&named);
        Ok(Some(named))
    }

    /// The server's whole answer to a request, and whether it stands outside of a transaction then.
    async fn answer(&mut self) -> Result<(Vec<u8>, bool)> {
        let mut answer = Vec::new();
        loop {
            let message = read(&mut self.server).await?;
            answer.extend_from_slice(&message.whole);
            if message.kind == b'Z' {
                return Ok((answer, message.whole.last() == Some(&b'I')));
            }
        }
    }

    /// The server hears of the end first: when the client does, the transaction is over and its locks are free.
    async fn cut(mut self) -> Result<()> {
        self.server.shutdown().await?;
        self.server.read_to_end(&mut Vec::new()).await.map(drop)
    }
}

async fn read(from: &mut (impl AsyncRead + Unpin)) -> Result<Message> {
    let (kind, length) = (from.read_u8().await?, from.read_u32().await?);
    let mut whole = vec![0; length as usize + 1];
    whole[0] = kind;
    whole[1..5].copy_from_slice(&length.to_be_bytes());
    from.read_exact(&mut whole[5..]).await?;
    Ok(Message { kind, whole })
}

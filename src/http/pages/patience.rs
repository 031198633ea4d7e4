//! An answer that may take long: a page that comes bit by bit, each bit saying how far the work is, until the page itself is there.
//!
//! No script asks for it and no address stands for it: the page of one request is just not over yet. The last bit takes the place of
//! those before it by our style sheet; where a browser does not know how, they stay, one under another. The work goes on to its end
//! when whoever asked has gone.

use std::{convert::Infallible, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    body::{Body, Bytes},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use super::{Page, Pages, Refusal, refused, say::Say};
use crate::import::progress::Far;

/// Work that is done by then is answered as any other, with a status of its own.
pub(super) const SOON: Duration = Duration::from_secs(1);
/// Between two bits.
const STEP: Duration = Duration::from_millis(500);
/// A proxy that gathers answers would keep all bits until the last.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");
/// Where the bits come, in the frame around them.
const HERE: &str = "<!-- here -->";

#[derive(Template)]
#[template(path = "long.html")]
struct Frame<'p> {
    say: Say<'p>,
    title: &'p str,
}

#[derive(Template)]
#[template(path = "step.html")]
struct Step<'p> {
    title: &'p str,
    far: Far,
}

/// What is left of an answer.
struct Rest {
    pages: Arc<Pages>,
    title: String,
    hears: watch::Receiver<Far>,
    work: Option<JoinHandle<Page>>,
    end: String,
}

/// Answers with the page that comes of the work, and until then with how far it is; `title`: the key of what it is called meanwhile.
pub(super) async fn answer(
    pages: Arc<Pages>,
    title: &str,
    hears: watch::Receiver<Far>,
    soon: Duration,
    work: impl Future<Output = Page> + Send + 'static,
) -> Response {
    let mut work = tokio::spawn(work);
    if let Ok(done) = timeout(soon, &mut work).await {
        return match done.unwrap_or(Err(Refusal::Failed)) {
            Ok(html) => html.into_response(),
            Err(refusal) => refused(&pages, refusal),
        };
    }
    let (title, frame) = framed(&pages, title);
    let Some((begin, end)) = frame.split_once(HERE) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let (begin, end) = (begin.to_owned(), end.to_owned());
    let rest = Rest { pages, title, hears, work: Some(work), end };
    let bits = stream::unfold((Some(begin), rest), |(begin, mut rest): (Option<String>, Rest)| async move {
        let bit = match begin {
            Some(begin) => begin + &rest.step(),
            None => rest.next().await?,
        };
        Some((Ok::<_, Infallible>(Bytes::from(bit)), (None, rest)))
    });
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (UNBUFFERED.0, UNBUFFERED.1)], Body::from_stream(bits))
        .into_response()
}

fn framed(pages: &Pages, title: &str) -> (String, String) {
    let program = pages.program.current();
    let title = Say::nobody(&program).text(title);
    let frame = Frame { say: Say::nobody(&program), title: &title }.render().unwrap_or_default();
    (title, frame)
}

impl Rest {
    fn step(&self) -> String {
        let far = *self.hears.borrow();
        Step { title: &self.title, far }.render().unwrap_or_default()
    }

    /// The next bit; `None` after the last.
    async fn next(&mut self) -> Option<String> {
        let work = self.work.as_mut()?;
        loop {
            let Ok(done) = timeout(STEP, &mut *work).await else {
                if self.hears.has_changed().unwrap_or(false) {
                    self.hears.mark_unchanged();
                    return Some(self.step());
                }
                continue;
            };
            self.work = None;
            let html = match done.unwrap_or(Err(Refusal::Failed)) {
                Ok(html) => html.0,
                Err(refusal) => super::notice(&self.pages, &refusal).1,
            };
            return Some(format!("{}{}", within(&html), self.end));
        }
    }
}

/// What stands in the frame of a page.
fn within(html: &str) -> &str {
    let inside = html.split_once("<main>").and_then(|(_, rest)| rest.rsplit_once("</main>"));
    inside.map_or(html, |(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use axum::response::Html;
    use futures_util::StreamExt;
    use secrecy::ExposeSecret;
    use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
    use tokio::sync::oneshot;

    use super::*;
    use crate::{
        clock::Clock,
        doors::Doors,
        flow::program::tests::empty,
        ids::Dice,
        import::progress::Progress,
        papers::Cabinet,
        seal::{Keys, Vault, fresh_key},
        turn::Content,
    };

    fn pages() -> Arc<Pages> {
        let dice = Dice::loaded(1);
        let fields = format!("1:{}", fresh_key(&dice).expose_secret());
        let vault = Vault::new(Keys::parse(&fields.into(), &fresh_key(&dice)).unwrap());
        Arc::new(Pages {
            pool: PgPoolOptions::new().connect_lazy_with(PgConnectOptions::new()),
            program: Content::new(Arc::new(empty())),
            vault: Arc::new(vault),
            dice: Arc::new(dice),
            clock: Clock::system(),
            program_file: PathBuf::new(),
            doors: Doors { public_url: None, telegram: None, vk: None },
            cabinet: Cabinet::folder(tempfile::tempdir().unwrap().path()).unwrap(),
        })
    }

    #[tokio::test]
    async fn a_page_says_how_far_it_is_until_it_is_there() {
        let (progress, hears) = Progress::heard();
        let (done, waits) = oneshot::channel();
        let work = async move {
            waits.await.ok();
            Ok(Html("<body><main><p>Готово</p></main></body>".to_owned()))
        };
        let response = answer(pages(), "page-import", hears, Duration::ZERO, work).await;
        assert_eq!(
            (response.status(), &response.headers()["x-accel-buffering"]),
            (StatusCode::OK, &"no".parse().unwrap())
        );
        let mut bits = response.into_body().into_data_stream();
        let mut next = async || Some(String::from_utf8(bits.next().await?.unwrap().to_vec()).unwrap());
        let begin = next().await.unwrap();
        assert!(begin.contains("<main>") && begin.contains("читаем таблицу") && !begin.contains("</main>"), "{begin}");
        progress.tell(Far::Judged(500, 20_000));
        assert!(next().await.unwrap().contains("проверено строк: 500 из 20000"));
        done.send(()).unwrap();
        let end = next().await.unwrap();
        assert!(end.starts_with("<p>Готово</p>") && end.trim_end().ends_with("</html>"), "{end}");
        assert_eq!(next().await, None);
    }

    #[tokio::test]
    async fn what_is_done_soon_or_fails_is_answered_as_any_other() {
        let work = async { Err(Refusal::NotFound) };
        let soon = Duration::from_secs(60);
        let response = answer(pages(), "page-import", Progress::heard().1, soon, work).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        let falls = async { panic!("what makes the page falls") };
        let response = answer(pages(), "page-import", Progress::heard().1, soon, falls).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}

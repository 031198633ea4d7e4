//! `parse_mode`, simply: bold, italic, underline, strike, code, links. Enough for clients that others wrote.

use serde_json::{Value, json};

use super::Fail;

/// What MarkdownV2 wants escaped wherever it is no mark. (`>` and `|` are marks too: quotes and spoilers.)
const RESERVED: &str = "()#+-={}.!";

/// Text without its marks, and what they meant. Offsets count UTF-16 units, as Telegram's do.
pub(super) fn read(text: &str, mode: Option<&str>) -> Result<(String, Value), Fail> {
    match mode.map(str::to_ascii_lowercase).as_deref() {
        None | Some("") => Ok((text.to_owned(), Value::Null)),
        Some("html") => html(text),
        Some("markdown") => markdown(text, ""),
        Some("markdownv2") => markdown(text, RESERVED),
        Some(_) => Err(Fail::bad("unsupported parse_mode")),
    }
}

#[derive(Default)]
struct Output {
    text: String,
    length: usize,
    entities: Vec<Value>,
}

impl Output {
    fn push(&mut self, letter: char) {
        self.text.push(letter);
        self.length += letter.len_utf16();
    }

    fn mark(&mut self, kind: &str, from: usize, url: Option<&str>) {
        if self.length == from {
            return;
        }
        let mut entity = json!({"type": kind, "offset": from, "length": self.length - from});
        if let Some(url) = url {
            entity["url"] = url.into();
        }
        self.entities.push(entity);
    }

    fn done(mut self) -> (String, Value) {
        self.entities.sort_by_key(|entity| entity["offset"].as_u64());
        (self.text, self.entities.into())
    }
}

fn tag_kind(name: &str) -> Option<&'static str> {
    Some(match name {
        "b" | "strong" => "bold",
        "i" | "em" => "italic",
        "u" | "ins" => "underline",
        "s" | "strike" | "del" => "strikethrough",
        "code" => "code",
        "pre" => "pre",
        "tg-spoiler" | "span" => "spoiler",
        "blockquote" => "blockquote",
        "a" => "text_link",
        _ => return None,
    })
}

fn html(text: &str) -> Result<(String, Value), Fail> {
    let mut out = Output::default();
    let mut open: Vec<(String, usize, Option<String>)> = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        match letter {
            '<' => {
                let at = text.len() - rest.len();
                let unclosed = || unparsed(&format!("Unclosed start tag at byte offset {at}"));
                let end = rest.find('>').ok_or_else(unclosed)?;
                tag(&rest[1..end], at, &mut out, &mut open)?;
                rest = &rest[end + 1..];
            }
            '&' => {
                let (letter, length) = escape(rest);
                out.push(letter);
                rest = &rest[length..];
            }
            _ => {
                out.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    if let Some((name, ..)) = open.pop() {
        return Err(unparsed(&format!("Can't find end tag corresponding to start tag \"{name}\"")));
    }
    Ok(out.done())
}

/// A tag that stands at this byte.
fn tag(inside: &str, at: usize, out: &mut Output, open: &mut Vec<(String, usize, Option<String>)>) -> Result<(), Fail> {
    if let Some(name) = inside.strip_prefix('/').map(str::trim) {
        let Some((opened, from, url)) = open.pop() else {
            return Err(unparsed(&format!("Unexpected end tag at byte offset {at}")));
        };
        if opened != name {
            let why = format!("Unmatched end tag at byte offset {at}, expected \"</{opened}>\", found \"</{name}>\"");
            return Err(unparsed(&why));
        }
        out.mark(tag_kind(&opened).unwrap_or("bold"), from, url.as_deref());
        return Ok(());
    }
    let (name, attributes) = inside.split_once(' ').unwrap_or((inside, ""));
    if tag_kind(name).is_none() {
        return Err(unparsed(&format!("Unsupported start tag \"{name}\" at byte offset {at}")));
    }
    let url = attributes.split_once("href=").map(|(_, url)| url.trim_matches(['"', '\'', ' ']).to_owned());
    open.push((name.to_owned(), out.length, url));
    Ok(())
}

fn escape(rest: &str) -> (char, usize) {
    [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"')]
        .into_iter()
        .find(|(name, _)| rest.starts_with(name))
        .map_or(('&', 1), |(name, letter)| (letter, name.len()))
}

fn unparsed(why: &str) -> Fail {
    Fail::bad(&format!("can't parse entities: {why}"))
}

fn markdown(text: &str, reserved: &str) -> Result<(String, Value), Fail> {
    let mut out = Output::default();
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.push(letters.next().unwrap_or('\\')),
            '*' | '_' | '~' | '`' => match open.iter().rposition(|(mark, _)| *mark == letter) {
                Some(at) => {
                    let (_, from) = open.remove(at);
                    out.mark(markdown_kind(letter), from, None);
                }
                None => open.push((letter, out.length)),
            },
            '[' => open.push(('[', out.length)),
            ']' if letters.peek() == Some(&'(') => {
                letters.next();
                let url: String = letters.by_ref().take_while(|letter| *letter != ')').collect();
                let from = open.iter().rposition(|(mark, _)| *mark == '[').map_or(out.length, |at| open.remove(at).1);
                out.mark("text_link", from, Some(&url));
            }
            '!' if letters.peek() == Some(&'[') => {}
            _ if reserved.contains(letter) && !open.iter().any(|(mark, _)| *mark == '`') => {
                let why = format!("Character '{letter}' is reserved and must be escaped with the preceding '\\'");
                return Err(unparsed(&why));
            }
            _ => out.push(letter),
        }
    }
    Ok(out.done())
}

fn markdown_kind(mark: char) -> &'static str {
    match mark {
        '*' => "bold",
        '_' => "italic",
        '~' => "strikethrough",
        _ => "code",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_entities_in_utf16_units() {
        let (text, entities) = read("😀 <b>a &lt; b</b> <a href=\"https://x.y\">l</a>", Some("HTML")).unwrap();
        assert_eq!(text, "😀 a < b l");
        assert_eq!(entities[0], json!({"type": "bold", "offset": 3, "length": 5}));
        assert_eq!(entities[1], json!({"type": "text_link", "offset": 9, "length": 1, "url": "https://x.y"}));
        let (text, entities) = read("*a* _b_ 1\\.2", Some("MarkdownV2")).unwrap();
        assert_eq!((text.as_str(), entities.as_array().map(Vec::len)), ("a b 1.2", Some(2)));
        assert_eq!(read("`1.2`", Some("MarkdownV2")).unwrap().0, "1.2");
        assert_eq!(read("1.2", Some("Markdown")).unwrap().0, "1.2");
        assert!(read("a", Some("RTF")).is_err());
    }

    #[test]
    fn what_cannot_be_parsed_is_told_with_its_place_in_bytes() {
        let why = |text, mode| read(text, Some(mode)).unwrap_err().description;
        let told = |rest: &str| format!("Bad Request: can't parse entities: {rest}");
        assert_eq!(why("я<nope>", "HTML"), told("Unsupported start tag \"nope\" at byte offset 2"));
        assert_eq!(why("<b>a", "HTML"), told("Can't find end tag corresponding to start tag \"b\""));
        assert_eq!(why("a</b>", "HTML"), told("Unexpected end tag at byte offset 1"));
        let unmatched = told("Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\"");
        assert_eq!(why("<b>a</i>", "HTML"), unmatched);
        let reserved = told("Character '.' is reserved and must be escaped with the preceding '\\'");
        assert_eq!(why("1.2", "MarkdownV2"), reserved);
    }
}

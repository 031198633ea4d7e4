//! Mermaid: <https://mermaid.js.org/syntax/flowchart.html>.

use super::{Edge, Node, Picture, Question, Shape};
use crate::flow::outline::Kind;

pub(super) fn write(picture: &Picture) -> String {
    let mut lines = vec!["flowchart TD".to_owned(), format!("  accTitle: {}", one_line(&picture.title))];
    if !picture.description.is_empty() {
        lines.push(format!("  accDescr: {}", one_line(&picture.description)));
    }
    lines.extend(picture.nodes.iter().map(|node| format!("  {}{}", node.id, shaped(node))));
    lines.extend(picture.edges.iter().map(|edge| format!("  {}", line(picture, edge))));
    lines.join("\n") + "\n"
}

fn shaped(node: &Node) -> String {
    let (open, close) = match node.shape {
        Shape::Begin | Shape::Out | Shape::Step(Kind::End) => ("([", "])"),
        Shape::Step(Kind::Say) => ("(", ")"),
        Shape::Step(Kind::Call) => ("[/", "/]"),
        Shape::Step(Kind::Branch) => ("{{", "}}"),
        Shape::Step(Kind::Wait) => (">", "]"),
        Shape::Step(Kind::Run) => ("[[", "]]"),
        Shape::Step(Kind::Ask | Kind::Form | Kind::Set) => ("[", "]"),
    };
    let head = Some(headed(&node.head)).filter(|head| !head.is_empty());
    let text = Some(escaped(&node.text)).filter(|text| !text.is_empty());
    let words = head.into_iter().chain(text).chain(node.asked.iter().map(asked));
    let words: Vec<_> = words.chain(node.jumps.iter().map(|jump| escaped(jump))).collect();
    format!("{open}\"{}\"{close}", words.join("<br>"))
}

/// The first word is bold.
fn headed(head: &[String]) -> String {
    let words = head.iter().enumerate().map(|(i, word)| match escaped(word) {
        word if i == 0 => format!("<b>{word}</b>"),
        word => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

fn asked(question: &Question) -> String {
    let terms = if question.terms.is_empty() { String::new() } else { format!(" ({})", escaped(&question.terms)) };
    format!("• {}{terms}: {}", headed(&question.head), escaped(&question.text))
}

fn line(picture: &Picture, edge: &Edge) -> String {
    let id = |i: usize| picture.nodes.get(i).map_or("", |node| node.id.as_str());
    let arrow = if edge.dashed { "-.->" } else { "-->" };
    let labels: Vec<_> = edge.labels.iter().map(|label| escaped(label)).collect();
    let label = if labels.is_empty() { String::new() } else { format!("|\"{}\"|", labels.join("<br>")) };
    format!("{} {arrow}{label} {}", id(edge.from), id(edge.to))
}

/// What would end a label, begin a tag or be read as Markdown is written by its number.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '<' | '>' | '#' | '&' | '`' | '*' | '_' => escaped.push_str(&format!("#{};", u32::from(letter))),
            '\n' => escaped.push(' '),
            _ => escaped.push(letter),
        }
    }
    escaped
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(['#', ';'], ",")
}

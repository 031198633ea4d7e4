//! Graphviz: <https://graphviz.org/doc/info/lang.html>.

use super::{Edge, Node, Picture, Shape};
use crate::flow::outline::Kind;

pub(super) fn write(picture: &Picture) -> String {
    let mut lines = vec![
        format!("digraph {} {{", quoted(&picture.title)),
        format!("  graph [label={}, tooltip={}, labelloc=t];", quoted(&picture.title), quoted(&picture.description)),
        "  node [shape=box, style=rounded, fontname=\"sans-serif\"];".to_owned(),
        "  edge [fontname=\"sans-serif\", fontsize=11];".to_owned(),
    ];
    lines.extend(picture.nodes.iter().map(|node| format!("  {}", stands(node))));
    lines.extend(picture.edges.iter().map(|edge| format!("  {}", line(picture, edge))));
    lines.join("\n") + "\n}\n"
}

fn stands(node: &Node) -> String {
    let look = match node.shape {
        Shape::Begin | Shape::Out | Shape::Step(Kind::End) => "shape=oval, style=solid",
        Shape::Step(Kind::Branch) => "shape=hexagon, style=solid",
        Shape::Step(Kind::Wait) => "style=\"rounded,dashed\"",
        Shape::Step(Kind::Run) => "peripheries=2",
        Shape::Step(Kind::Call) => "shape=cds, style=solid",
        Shape::Step(Kind::Ask | Kind::Form) => "style=\"rounded,bold\"",
        Shape::Step(Kind::Say | Kind::Set) => "style=rounded",
    };
    let asked = node.asked.iter().map(|asked| format!("• {}", asked.told()));
    let words = [node.head.join(" · "), node.text.clone()].into_iter().chain(asked).chain(node.jumps.iter().cloned());
    let words: Vec<_> = words.filter(|words| !words.is_empty()).collect();
    format!("{} [label={}, {look}];", quoted(&node.id), quoted(&words.join("\n")))
}

fn line(picture: &Picture, edge: &Edge) -> String {
    let id = |i: usize| quoted(picture.nodes.get(i).map_or("", |node| node.id.as_str()));
    let dashed = if edge.dashed { ", style=dashed" } else { "" };
    format!("{} -> {} [label={}{dashed}];", id(edge.from), id(edge.to), quoted(&edge.labels.join("\n")))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

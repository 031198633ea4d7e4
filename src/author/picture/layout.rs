//! Where everything stands: layers from above to below, by dagre.

use dagre::{
    EdgeLabel, LayoutOptions, NodeLabel,
    graph::{Graph, GraphOptions},
    layout,
    layout::types::LabelPos,
};

use super::{Picture, Question, Shape, letters};
use crate::flow::outline::Kind;

/// Sizes of letters: a node's text and head, an edge's label.
pub(super) const TEXT: f64 = 13.0;
pub(super) const SMALL: f64 = 11.5;
/// From one line of a text to the next.
pub(super) const LINE: f64 = 17.0;
/// The widest text of a node, and of an edge, in letters' sizes.
const NODE_TEXT: f64 = 17.0;
const QUESTION: f64 = 22.0;
const EDGE_TEXT: f64 = 13.0;
/// Around everything.
const MARGIN: f64 = 16.0;
/// How much wider a head is than plain text: its first word is bold.
const BOLD: f64 = 1.1;
/// Between what a node says and the ways that are written into it.
pub(super) const GAP: f64 = 8.0;
/// Between a node's border and its text.
const INSIDE: f64 = 12.0;

/// A drawing with every place known.
pub(super) struct Laid {
    pub width: f64,
    pub height: f64,
    pub boxes: Vec<Box>,
    pub lines: Vec<Line>,
}

/// A node: its middle, its size, the lines of its text.
pub(super) struct Box {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    pub text: Vec<String>,
    /// The questions of a form.
    pub asked: Vec<Block>,
    /// Ways that are not drawn as lines.
    pub jumps: Vec<String>,
}

/// A question of a form: the lines of its text, and of when it is asked.
pub(super) struct Block {
    pub text: Vec<String>,
    pub terms: Vec<String>,
}

impl Block {
    /// Lines, its head among them.
    pub fn rows(&self) -> f64 {
        (1 + self.text.len() + self.terms.len()) as f64
    }
}

/// An edge: where it bends, its label and where that stands.
pub(super) struct Line {
    pub points: Vec<(f64, f64)>,
    pub label: Vec<String>,
    pub at: (f64, f64),
    pub label_width: f64,
}

/// Lays a drawing out. The same drawing is laid out the same every time.
pub(super) fn lay(picture: &Picture) -> Laid {
    let mut graph: Graph<NodeLabel, EdgeLabel> =
        Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
    let mut boxes: Vec<_> = picture.nodes.iter().map(sized).collect();
    for (i, sized) in boxes.iter().enumerate() {
        let label = NodeLabel { width: sized.width, height: sized.height, ..NodeLabel::default() };
        graph.set_node(i.to_string(), Some(label));
    }
    let mut lines = Vec::new();
    for (i, edge) in picture.edges.iter().enumerate() {
        let label: Vec<_> = edge.labels.iter().flat_map(|label| letters::lines(label, EDGE_TEXT)).collect();
        let label_width = widest(&label) * SMALL;
        let many = label.len() as f64;
        // What goes on by itself is drawn straighter than what rarely happens.
        let weight = if edge.dashed { 1 } else { 2 };
        let laid = EdgeLabel {
            width: if label.is_empty() { 0.0 } else { label_width + 8.0 },
            height: if label.is_empty() { 0.0 } else { many * LINE },
            labelpos: LabelPos::Center,
            weight,
            ..EdgeLabel::default()
        };
        graph.set_edge(edge.from.to_string(), edge.to.to_string(), Some(laid), Some(&i.to_string()));
        lines.push(Line { points: Vec::new(), label, at: (0.0, 0.0), label_width });
    }
    let options = LayoutOptions {
        nodesep: 26.0,
        edgesep: 14.0,
        ranksep: 26.0,
        marginx: MARGIN,
        marginy: MARGIN,
        ..LayoutOptions::default()
    };
    layout(&mut graph, Some(options));
    for (i, stands) in boxes.iter_mut().enumerate() {
        if let Some(label) = graph.node(&i.to_string()) {
            (stands.x, stands.y) = (label.x.unwrap_or_default(), label.y.unwrap_or_default());
        }
    }
    for (i, (edge, line)) in picture.edges.iter().zip(&mut lines).enumerate() {
        let name = i.to_string();
        let Some(laid) = graph.edge(&edge.from.to_string(), &edge.to.to_string(), Some(&name)) else { continue };
        line.points = laid.points.iter().map(|point| (point.x, point.y)).collect();
        line.at = (laid.x.unwrap_or_default(), laid.y.unwrap_or_default());
    }
    let (width, height) = extent(&boxes, &lines);
    Laid { width, height, boxes, lines }
}

fn sized(node: &super::Node) -> Box {
    let text = letters::lines(&node.text, NODE_TEXT);
    let head = letters::width(&node.head.join(" · ")) * TEXT * BOLD;
    let asked: Vec<_> = node.asked.iter().map(block).collect();
    let heads = node.asked.iter().map(|asked| letters::width(&asked.head.join(" · ")) * TEXT * BOLD);
    let asked_width = asked.iter().map(|block| (widest(&block.text) * TEXT).max(widest(&block.terms) * SMALL));
    let asked_width = heads.chain(asked_width).fold(0.0, f64::max);
    let asked_height: f64 = asked.iter().map(|block| block.rows() * LINE + GAP).sum();
    let jumps: Vec<_> = node.jumps.iter().flat_map(|jump| letters::lines(jump, NODE_TEXT * TEXT / SMALL)).collect();
    let rows = (text.len() + jumps.len() + usize::from(!node.head.is_empty())) as f64;
    let gap = if jumps.is_empty() { 0.0 } else { GAP };
    let slack = if matches!(node.shape, Shape::Step(Kind::Branch)) { 2.2 * INSIDE } else { 0.0 };
    let words = head.max(widest(&text) * TEXT).max(widest(&jumps) * SMALL).max(asked_width);
    let (width, height) = (words + 2.0 * INSIDE + slack, rows * LINE + asked_height + gap + INSIDE);
    Box { x: 0.0, y: 0.0, width: width.max(44.0), height, text, asked, jumps }
}

fn block(asked: &Question) -> Block {
    let (text, terms) = (letters::lines(&asked.text, QUESTION), letters::lines(&asked.terms, QUESTION * TEXT / SMALL));
    Block { text, terms }
}

fn widest(lines: &[String]) -> f64 {
    lines.iter().map(|line| letters::width(line)).fold(0.0, f64::max)
}

fn extent(boxes: &[Box], lines: &[Line]) -> (f64, f64) {
    let corners = boxes.iter().map(|one| (one.x + one.width / 2.0, one.y + one.height / 2.0));
    let labels = lines.iter().map(|line| (line.at.0 + line.label_width / 2.0 + 4.0, line.at.1));
    let points = lines.iter().flat_map(|line| line.points.iter().copied());
    let far =
        corners.chain(labels).chain(points).fold((0.0_f64, 0.0_f64), |far, at| (far.0.max(at.0), far.1.max(at.1)));
    (far.0 + MARGIN, far.1 + MARGIN)
}

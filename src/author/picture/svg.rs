//! A picture without anything from elsewhere; light or dark as its reader is.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};

use super::{
    Node, Picture, Shape,
    layout::{self, Box, GAP, LINE, Line, SMALL, TEXT},
};
use crate::flow::outline::Kind;

/// The colours: part of a picture's file, and of a page with pictures.
pub(in crate::author) const STYLE: &str = include_str!("svg.css");

/// A file of its own.
pub(super) fn write(picture: &Picture) -> String {
    let laid = layout::lay(picture);
    let svg = html! {
        svg xmlns="http://www.w3.org/2000/svg" class="flow-picture alone" role="img" aria-labelledby="title description"
            viewBox=(view(laid.width, laid.height)) width=(px(laid.width)) height=(px(laid.height)) {
            title id="title" { (picture.title) }
            desc id="description" { (picture.description) }
            style { (PreEscaped(STYLE)) }
            (arrows("arrow"))
            (drawing(picture, &laid, "arrow"))
        }
    };
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", svg.into_string())
}

/// A part of a page, and how wide it is: its steps are links.
pub(super) fn part(picture: &Picture, id: &str) -> (Markup, f64) {
    let laid = layout::lay(picture);
    let (title, arrow) = (format!("{id}-title"), format!("{id}-arrow"));
    let svg = html! {
        svg class="flow-picture" role="group" aria-labelledby=(title) viewBox=(view(laid.width, laid.height))
            width=(px(laid.width)) height=(px(laid.height)) {
            title id=(title) { (picture.title) }
            (arrows(&arrow))
            (drawing(picture, &laid, &arrow))
        }
    };
    (svg, laid.width)
}

fn arrows(id: &str) -> Markup {
    html! {
        defs {
            marker id=(id) viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse" {
                path class="arrow" d="M0 0L10 5L0 10z" {}
            }
        }
    }
}

fn drawing(picture: &Picture, laid: &layout::Laid, arrow: &str) -> Markup {
    html! {
        @for (edge, line) in picture.edges.iter().zip(&laid.lines) {
            path class=(if edge.dashed { "way timer" } else { "way" }) d=(curve(&line.points)) marker-end=(format!("url(#{arrow})")) {}
        }
        @for (node, stands) in picture.nodes.iter().zip(&laid.boxes) {
            @if let Some(link) = &node.link {
                a href=(link) { (standing(node, stands)) }
            } @else {
                (standing(node, stands))
            }
        }
        @for line in laid.lines.iter().filter(|line| !line.label.is_empty()) { (label(line)) }
    }
}

fn standing(node: &Node, stands: &Box) -> Markup {
    let (left, top) = (stands.x - stands.width / 2.0, stands.y - stands.height / 2.0);
    let told = (stands.text.len() + usize::from(!node.head.is_empty())) as f64;
    let (jumps, gap) = (stands.jumps.len() as f64, if stands.jumps.is_empty() { 0.0 } else { GAP });
    let asked: f64 = stands.asked.iter().map(|block| block.rows() * LINE + GAP).sum();
    // The baselines of the first rows.
    let first = stands.y - ((told + jumps - 1.0) * LINE + asked + gap) / 2.0 + TEXT * 0.35;
    let first_jump = first + told * LINE + asked + gap;
    let kind = match node.shape {
        Shape::Begin => "begin",
        Shape::Out => "out",
        Shape::Step(kind) => kind.as_str(),
    };
    let round = match node.shape {
        Shape::Begin | Shape::Out | Shape::Step(Kind::End) => stands.height / 2.0,
        Shape::Step(Kind::Call | Kind::Set) => 3.0,
        Shape::Step(_) => 10.0,
    };
    html! {
        g class=(format!("node {kind}")) {
            @if node.shape == Shape::Step(Kind::Branch) {
                path class="body" d=(hexagon(stands)) {}
            } @else {
                rect class="body" x=(px(left)) y=(px(top)) width=(px(stands.width)) height=(px(stands.height)) rx=(px(round)) {}
            }
            @if node.shape == Shape::Step(Kind::Run) {
                rect class="inner" x=(px(left + 3.0)) y=(px(top + 3.0)) width=(px(stands.width - 6.0))
                    height=(px(stands.height - 6.0)) rx=(px(round - 3.0)) {}
            }
            text x=(px(stands.x)) y=(px(first)) font-size=(TEXT) {
                @if let Some((name, more)) = node.head.split_first() {
                    tspan class="name" { (name) }
                    @for word in more { tspan class="kind" { " · " (word) } }
                }
                @for (i, row) in stands.text.iter().enumerate() {
                    @if i == 0 && node.head.is_empty() { tspan { (row) } } @else { tspan x=(px(stands.x)) dy=(LINE) { (row) } }
                }
            }
            (questions(node, stands, first + told * LINE))
            @if !stands.jumps.is_empty() {
                (rule(stands, first_jump))
                text class="jumps" x=(px(stands.x)) y=(px(first_jump)) font-size=(SMALL) {
                    @for (i, row) in stands.jumps.iter().enumerate() {
                        tspan x=(px(stands.x)) dy=[(i > 0).then_some(LINE)] { (row) }
                    }
                }
            }
        }
    }
}

/// What a form asks, each under a rule; `first`: where the first baseline would be without the gap.
fn questions(node: &Node, stands: &Box, first: f64) -> Markup {
    let mut next = first;
    let placed: Vec<_> = stands
        .asked
        .iter()
        .map(|block| {
            let at = next + GAP;
            next = at + block.rows() * LINE;
            at
        })
        .collect();
    html! {
        @for ((asked, block), at) in node.asked.iter().zip(&stands.asked).zip(placed) {
            (rule(stands, at))
            text class="asked" x=(px(stands.x)) y=(px(at)) font-size=(TEXT) {
                @for (i, word) in asked.head.iter().enumerate() {
                    @if i == 0 { tspan class="name" { (word) } } @else { tspan class="kind" { " · " (word) } }
                }
                @for row in &block.text { tspan x=(px(stands.x)) dy=(LINE) { (row) } }
                @for row in &block.terms { tspan class="terms" x=(px(stands.x)) dy=(LINE) font-size=(SMALL) { (row) } }
            }
        }
    }
}

/// A line above a row with this baseline.
fn rule(stands: &Box, baseline: f64) -> Markup {
    let left = stands.x - stands.width / 2.0 + 10.0;
    html! {
        path class="rule" d=(format!("M{}h{}", point((left, baseline - LINE * 0.9)), px(stands.width - 20.0))) {}
    }
}

fn label(line: &Line) -> Markup {
    let (x, y) = line.at;
    let high = line.label.len() as f64 * LINE;
    let wide = line.label_width + 8.0;
    html! {
        g class="label" {
            rect x=(px(x - wide / 2.0)) y=(px(y - high / 2.0)) width=(px(wide)) height=(px(high)) rx="4" {}
            text x=(px(x)) y=(px(y - high / 2.0 + LINE * 0.75)) font-size=(SMALL) {
                @for (i, row) in line.label.iter().enumerate() {
                    tspan x=(px(x)) dy=[(i > 0).then_some(LINE)] { (row) }
                }
            }
        }
    }
}

fn hexagon(stands: &Box) -> String {
    let Box { x, y, width, height, .. } = stands;
    let (half, high, cut) = (width / 2.0, height / 2.0, 14.0);
    let corners = [
        (x - half, *y),
        (x - half + cut, y - high),
        (x + half - cut, y - high),
        (x + half, *y),
        (x + half - cut, y + high),
        (x - half + cut, y + high),
    ];
    let corners: Vec<_> = corners.iter().map(|at| point(*at)).collect();
    format!("M{}Z", corners.join("L"))
}

/// A smooth line near the points: a cubic B-spline, straight at both ends.
fn curve(points: &[(f64, f64)]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let mut path = format!("M{}", point(*first));
    let mix = |parts: [((f64, f64), f64); 3]| {
        let sum: f64 = parts.iter().map(|(_, weight)| weight).sum();
        let part = |of: fn(&(f64, f64)) -> f64| parts.iter().map(|(at, weight)| of(at) * weight).sum::<f64>() / sum;
        (part(|at| at.0), part(|at| at.1))
    };
    if let [a, b, ..] = points {
        write!(path, "L{}", point(mix([(*a, 5.0), (*b, 1.0), (*b, 0.0)]))).ok();
    }
    for window in points.windows(3) {
        let [a, b, c] = window else { continue };
        let (near, far) = (mix([(*a, 2.0), (*b, 1.0), (*b, 0.0)]), mix([(*a, 1.0), (*b, 2.0), (*b, 0.0)]));
        write!(path, "C{} {} {}", point(near), point(far), point(mix([(*a, 1.0), (*b, 4.0), (*c, 1.0)]))).ok();
    }
    if let [.., a, b] = points {
        let (near, far) = (mix([(*a, 2.0), (*b, 1.0), (*b, 0.0)]), mix([(*a, 1.0), (*b, 2.0), (*b, 0.0)]));
        write!(path, "C{} {} {}", point(near), point(far), point(mix([(*a, 1.0), (*b, 5.0), (*b, 0.0)]))).ok();
    }
    write!(path, "L{}", point(*last)).ok();
    path
}

fn view(width: f64, height: f64) -> String {
    format!("0 0 {} {}", px(width), px(height))
}

fn point((x, y): (f64, f64)) -> String {
    format!("{} {}", px(x), px(y))
}

/// Tenths are fine enough, and the same on every machine.
fn px(length: f64) -> String {
    let tenths = format!("{length:.1}");
    tenths.strip_suffix(".0").unwrap_or(&tenths).to_owned()
}

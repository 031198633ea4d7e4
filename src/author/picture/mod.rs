//! A flow as a drawing: what stands in it, whatever it is drawn with.

use super::{scene::Scene, words::Interface};
use crate::flow::{
    Program, Source,
    outline::{Asked, Kind, Part, To},
};

mod dot;
mod layout;
mod letters;
mod mermaid;
mod near;
mod svg;

pub(super) use svg::STYLE;

/// What a drawing is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text that many sites and editors draw.
    Mermaid,
    /// Graphviz.
    Dot,
    /// A picture that stands for itself.
    Svg,
}

impl Format {
    /// How its files end.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Mermaid => "mmd",
            Self::Dot => "dot",
            Self::Svg => "svg",
        }
    }
}

/// What stands in a drawing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// What it shows.
    pub title: String,
    /// The same in words.
    pub description: String,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    id: String,
    shape: Shape,
    /// Its name and kind.
    head: Vec<String>,
    text: String,
    /// What a form asks.
    asked: Vec<Question>,
    /// Ways that are not drawn as lines.
    jumps: Vec<String>,
    /// What it is about: an address on a page.
    link: Option<String>,
}

/// A question of a form, within its node.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Question {
    /// Its name and type.
    head: Vec<String>,
    text: String,
    /// When it is asked, and whether it must be answered.
    terms: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Begin,
    Step(Kind),
    /// Out of the flow.
    Out,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Edge {
    from: usize,
    to: usize,
    labels: Vec<String>,
    dashed: bool,
}

impl Picture {
    /// A flow's steps and ways.
    ///
    /// # Errors
    /// There is no such flow.
    pub fn of_flow(program: &Program, chats: &[Source], flow: &str, lang: &str) -> Result<Self, String> {
        Ok(Self::of_scene(&Scene::new(program, chats, flow, lang)?, &|_| None))
    }

    /// A scene, each step with its address.
    pub(super) fn of_scene(scene: &Scene<'_>, link: &dyn Fn(&Part) -> Option<String>) -> Self {
        let (outline, words) = (&scene.outline, scene.words);
        let begin = Node {
            id: "begin".to_owned(),
            shape: Shape::Begin,
            head: Vec::new(),
            text: words.begins.to_owned(),
            asked: Vec::new(),
            jumps: Vec::new(),
            link: None,
        };
        let step = |(i, part): (usize, &Part)| {
            let text = scene.first_words(i, part);
            let kind = words.kind(part.kind).to_owned();
            Node {
                id: format!("step_{}", part.name),
                shape: Shape::Step(part.kind),
                head: vec![part.name.clone(), kind],
                text: if matches!(part.kind, Kind::Branch | Kind::Form) { String::new() } else { text },
                asked: part.questions.iter().map(|asked| question(scene, i, asked)).collect(),
                jumps: Vec::new(),
                link: link(part),
            }
        };
        let mut nodes = vec![begin];
        nodes.extend(outline.steps.iter().enumerate().map(step));
        let mut picture =
            Self { title: outline.name.clone(), description: description(scene), nodes, edges: Vec::new() };
        picture.join(0, 1, String::new(), false);
        let near = near::near(outline);
        for (i, part) in outline.steps.iter().enumerate() {
            for way in &part.ways {
                let to = match &way.to {
                    To::Step(to) if !near(i, *to) => {
                        picture.jump(i + 1, &scene.way(way), &scene.to(&way.to));
                        continue;
                    }
                    To::Step(to) => to + 1,
                    out => {
                        let outcome = if let To::End(outcome) = out { outcome } else { "all" };
                        picture.out(&format!("out_{}_{outcome}", part.name), scene.to(out))
                    }
                };
                picture.join(i + 1, to, scene.way(way), way.why.is_timer());
            }
        }
        picture
    }

    /// Which flow runs which.
    #[must_use]
    pub fn of_all(program: &Program, lang: &str) -> Self {
        Self::of_flows(program, lang, &|_| None)
    }

    pub(super) fn of_flows(program: &Program, lang: &str, link: &dyn Fn(&str) -> Option<String>) -> Self {
        let words = Interface::of(lang);
        let outlines: Vec<_> = program.names().filter_map(|name| program.outline(name).ok()).collect();
        let node = |name: &str, steps: usize| Node {
            id: format!("flow_{name}"),
            shape: Shape::Step(Kind::Run),
            head: vec![name.to_owned()],
            text: format!("{}: {steps}", words.steps),
            asked: Vec::new(),
            jumps: Vec::new(),
            link: link(name),
        };
        let nodes: Vec<_> = outlines.iter().map(|outline| node(&outline.name, outline.steps.len())).collect();
        let mut picture = Self { title: words.flows.to_owned(), description: String::new(), nodes, edges: Vec::new() };
        let mut told = Vec::new();
        for (from, outline) in outlines.iter().enumerate() {
            let mut subs: Vec<&str> = outline.runs().collect();
            subs.dedup();
            for to in subs.iter().filter_map(|sub| outlines.iter().position(|one| one.name == *sub)) {
                picture.join(from, to, String::new(), false);
            }
            if !subs.is_empty() {
                told.push(format!("{} → {}", outline.name, subs.join(", ")));
            }
        }
        picture.description = told.join("; ");
        picture
    }

    /// The drawing, as a file's text.
    #[must_use]
    pub fn drawn(&self, format: Format) -> String {
        match format {
            Format::Mermaid => mermaid::write(self),
            Format::Dot => dot::write(self),
            Format::Svg => svg::write(self),
        }
    }

    /// The drawing as a part of a page, which has [`STYLE`], and how wide it is.
    pub(super) fn inline(&self, id: &str) -> (maud::Markup, f64) {
        svg::part(self, id)
    }

    /// The end that a step leads to with this outcome.
    fn out(&mut self, id: &str, outcome: String) -> usize {
        self.nodes.iter().position(|node| node.id == id).unwrap_or_else(|| {
            self.nodes.push(Node {
                id: id.to_owned(),
                shape: Shape::Out,
                head: Vec::new(),
                text: outcome,
                asked: Vec::new(),
                jumps: Vec::new(),
                link: None,
            });
            self.nodes.len() - 1
        })
    }

    /// A way that is written into the node that it leaves.
    fn jump(&mut self, from: usize, label: &str, to: &str) {
        let Some(node) = self.nodes.get_mut(from) else { return };
        let gap = if label.is_empty() { "" } else { " " };
        let jump = format!("{label}{gap}→ {to}");
        // Several ways to one step share a line.
        let end = format!("→ {to}");
        match node.jumps.iter_mut().find(|known| known.ends_with(&end)) {
            Some(known) => *known = format!("{}, {jump}", known.trim_end_matches(&end).trim_end()),
            None => node.jumps.push(jump),
        }
    }

    /// One line between two nodes, whatever leads along it.
    fn join(&mut self, from: usize, to: usize, label: String, dashed: bool) {
        let same = |edge: &&mut Edge| edge.from == from && edge.to == to && edge.dashed == dashed;
        let label = Some(label).filter(|label| !label.is_empty());
        match self.edges.iter_mut().find(same) {
            Some(edge) => edge.labels.extend(label),
            None => self.edges.push(Edge { from, to, labels: label.into_iter().collect(), dashed }),
        }
    }
}

fn question(scene: &Scene<'_>, i: usize, asked: &Asked) -> Question {
    let head = vec![asked.id.clone(), asked.with.to_owned()];
    Question { head, text: scene.question(i, asked), terms: scene.terms(asked) }
}

impl Question {
    /// All of it in one line.
    fn told(&self) -> String {
        let terms = if self.terms.is_empty() { String::new() } else { format!(" ({})", self.terms) };
        format!("{}{terms}: {}", self.head.join(" · "), self.text)
    }
}

/// The drawing in words: for who can't see it.
fn description(scene: &Scene<'_>) -> String {
    let step = |part: &Part| {
        let ways: Vec<_> = part
            .ways
            .iter()
            .map(|way| match (scene.way(way), scene.to(&way.to)) {
                (label, to) if label.is_empty() => to,
                (label, to) => format!("{label} → {to}"),
            })
            .collect();
        let kind = scene.words.kind(part.kind);
        let with = if part.with.is_empty() { String::new() } else { format!(" {}", part.with) };
        let ways = if ways.is_empty() { String::new() } else { format!(": {}", ways.join("; ")) };
        let asked = part.questions.iter().map(|asked| match scene.terms(asked) {
            terms if terms.is_empty() => asked.id.clone(),
            terms => format!("{} ({terms})", asked.id),
        });
        let asked: Vec<_> = asked.collect();
        let asked = if asked.is_empty() { String::new() } else { format!(" [{}]", asked.join(", ")) };
        format!("{}, {kind}{with}{asked}{ways}.", part.name)
    };
    scene.outline.steps.iter().map(step).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;

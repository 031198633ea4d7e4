//! Which ways of a large flow are drawn as lines. The others would cross half of the picture: they are written into the step that
//! they leave.

use std::collections::VecDeque;

use crate::flow::outline::{Outline, To};

/// Flows of so many steps are drawn with every line.
const SMALL: usize = 20;
/// A step that so many lead to is no neighbour of all of them.
const CROWDED: usize = 4;

/// Says of a way, by the numbers of its steps, whether it is drawn as a line.
pub(super) fn near(outline: &Outline) -> impl Fn(usize, usize) -> bool {
    let small = outline.steps.len() <= SMALL;
    let depths = depths(outline);
    let depth = move |i: usize| depths.get(i).copied().flatten().unwrap_or(usize::MAX);
    let mut sources: Vec<Vec<usize>> = outline.steps.iter().map(|_| Vec::new()).collect();
    for (from, part) in outline.steps.iter().enumerate() {
        for to in part.ways.iter().filter_map(|way| step(&way.to)) {
            if let Some(known) = sources.get_mut(to).filter(|known| !known.contains(&from)) {
                known.push(from);
            }
        }
    }
    move |from, to| {
        let sources = sources.get(to).map_or(&[][..], Vec::as_slice);
        let first = sources.iter().min_by_key(|from| (depth(**from), **from)) == Some(&from);
        small || depth(to) > depth(from) && (first || sources.len() < CROWDED)
    }
}

/// How many steps after the first each comes at the earliest.
fn depths(outline: &Outline) -> Vec<Option<usize>> {
    let mut depths: Vec<Option<usize>> = outline.steps.iter().map(|_| None).collect();
    let mut open = VecDeque::from([(0, 0)]);
    while let Some((i, depth)) = open.pop_front() {
        let (Some(part), Some(known @ None)) = (outline.steps.get(i), depths.get_mut(i)) else { continue };
        *known = Some(depth);
        open.extend(part.ways.iter().filter_map(|way| Some((step(&way.to)?, depth + 1))));
    }
    depths
}

const fn step(to: &To) -> Option<usize> {
    match to {
        To::Step(i) => Some(*i),
        To::End(_) | To::All => None,
    }
}

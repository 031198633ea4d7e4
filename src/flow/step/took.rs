//! Which ways on are taken, for the trace: of what was said only options, never words.

use super::{Trace, work::Work};
use crate::{
    flow::{
        Edge,
        model::{Answer, Ask},
        state::Spot,
    },
    message::Value,
};

impl Work<'_> {
    /// A way on from what is being asked: the step, or the question of a form.
    pub(super) fn took(&mut self, edge: Edge) {
        let question = self.current().map(|question| question.id.clone());
        self.took_at(question, edge);
    }

    /// A way on from the step.
    pub(super) fn took_of_step(&mut self, edge: Edge) {
        self.took_at(None, edge);
    }

    fn took_at(&mut self, question: Option<String>, edge: Edge) {
        let Some((flow, step)) = self.here() else { return };
        let step = question.unwrap_or_else(|| step.name.clone());
        self.trace.push(Trace::Took { flow: flow.name.clone(), step, edge });
    }

    /// An answer, under the edge's name; none: a button beside the answer.
    pub(super) fn took_answer(&mut self, edge: &str, value: Option<&Value>) {
        match self.filling().map(|(_, filling)| filling.at.clone()) {
            Some(Spot::Confirm { id, .. }) => {
                let right = value == Some(&Value::from("yes"));
                self.took_at(Some(id), if right { Edge::Confirmed } else { Edge::Corrected });
            }
            Some(Spot::Review) => {
                let sent = value == Some(&Value::from("send"));
                self.took_of_step(if sent { Edge::Sent } else { Edge::Changed });
            }
            Some(Spot::Question(_)) | None => {
                let Some(ask) = self.asked() else { return };
                answered(ask, edge, value).into_iter().for_each(|edge| self.took(edge));
            }
        }
    }
}

fn answered(ask: &Ask, edge: &str, value: Option<&Value>) -> Vec<Edge> {
    match (&ask.answer, value) {
        (_, None) => vec![Edge::Button(edge.to_owned())],
        (Answer::Choice { of, .. }, Some(Value::Text(option))) if of.contains(option) => {
            vec![Edge::Option(option.clone())]
        }
        (Answer::Choices { .. }, Some(Value::List(chosen))) => chosen
            .iter()
            .filter_map(|one| if let Value::Text(option) = one { Some(Edge::Option(option.clone())) } else { None })
            .collect(),
        _ => vec![Edge::Answer],
    }
}

//! What was fed to a conversation, written down as a transcript: with what the bot says to it.

use std::rc::Rc;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use super::{
    script::{Call, Conversation, Head, Signal},
    stage::{Output, Stage, line},
    value,
};
use crate::{
    flow::{About, Action, Input, Program, Reply},
    message::{Args, Words},
};

/// One thing that was fed to a conversation.
#[derive(Clone, Debug)]
pub(in crate::flow) struct Fed {
    pub put: Put,
    pub input: Input,
    /// When.
    pub at: DateTime<Utc>,
    /// To whom the bot speaks then.
    pub about: Rc<About>,
}

/// How a transcript writes it.
#[derive(Clone, Debug)]
pub(in crate::flow) enum Put {
    /// A button with this label is pressed.
    Press(Words),
    /// One that stood under an earlier message.
    Old(Words),
    /// What follows `> `.
    Says(String),
    /// Time passes.
    Later,
    /// A call is answered.
    Reply,
    /// A signal comes that is waited for.
    Signal,
    /// No transcript can write it: the same timer, or the same answer to a call, once more; a signal that nobody waits for.
    Unwritten,
}

/// Where and with whom, and what the flow was begun with.
pub(in crate::flow) struct Begun<'b> {
    pub about: &'b About,
    pub at: DateTime<Utc>,
    pub flow: &'b str,
    pub args: &'b Args,
}

/// The conversation as a transcript with this title. It may end before a call is answered.
pub(in crate::flow) fn written(program: &Program, title: &str, begun: &Begun<'_>, fed: &[Fed]) -> String {
    let head = Head {
        line: 1,
        telegram: true,
        lang: begun.about.lang.clone(),
        tone: begun.about.tone,
        at: begun.at.with_timezone(&zone()),
        flow: begun.flow.to_owned(),
        args: map(begun.args),
    };
    let mut lines = vec![format!("# {title}"), head.written("")];
    let conversation = Conversation { title: title.to_owned(), head, preface: Vec::new(), items: Vec::new() };
    let mut writer = Writer { stage: Stage::new(program, &conversation, false), lines: Vec::new() };
    for fed in fed {
        writer.feed(fed);
    }
    lines.append(&mut writer.lines);
    lines.join("\n") + "\n"
}

fn zone() -> FixedOffset {
    FixedOffset::east_opt(3 * 3_600).unwrap_or(chrono::Offset::fix(&Utc))
}

struct Writer<'p> {
    stage: Stage<'p>,
    lines: Vec<String>,
}

impl Writer<'_> {
    fn feed(&mut self, fed: &Fed) {
        match &fed.put {
            Put::Press(label) => {
                let label = self.stage.text(label);
                self.lines.push(format!("> [{label}]"));
            }
            Put::Old(label) => {
                let label = self.stage.text(label);
                self.lines.push(format!("> old [{label}]"));
            }
            Put::Says(text) => self.lines.push(format!("> {text}")),
            // What comes due at the same moment comes by the same line.
            Put::Later if fed.at > self.stage.now => self.lines.push(format!("+ {}", passed(fed.at - self.stage.now))),
            Put::Signal => self.lines.extend(signal(&fed.input).map(|signal| signal.to_string())),
            Put::Later | Put::Reply | Put::Unwritten => {}
        }
        self.stage.now = fed.at;
        match (&fed.put, &fed.input) {
            (Put::Reply, Input::Returned { run, seq, reply }) => self.reply((run, *seq), reply),
            (_, input) => self.stage.turn(input.clone()),
        }
        self.settle();
    }

    /// What the bot says; calls are kept until they are answered.
    fn settle(&mut self) {
        while let Some(output) = self.stage.outputs.pop_front() {
            match output {
                Output::Call { .. } => self.stage.open.push_back(output),
                said => self.lines.push(line(&said)),
            }
        }
        let ended = std::mem::take(&mut self.stage.ended);
        self.lines.extend(ended.last().map(|outcome| format!("= {outcome}")));
    }

    fn reply(&mut self, (run, seq): (&str, u32), reply: &Reply) {
        let asked = self.stage.open.iter().position(
            |open| matches!(open, Output::Call { run: asking, seq: nth, .. } if asking == run && *nth == seq),
        );
        let Some(Output::Call { action, args, .. }) = asked.and_then(|at| self.stage.open.remove(at)) else { return };
        self.lines.push(call(action, &args, reply).to_string());
        self.stage.returned((run.to_owned(), seq), action, &args, reply.clone());
    }
}

fn call(action: Action, args: &Args, reply: &Reply) -> Call {
    let signature = action.signature();
    let args = value::shown(args, signature.args);
    // What could not be read again from one line is left out: then any arguments will do.
    let args = Some(args).filter(|args| !args.contains('\n') && !args.contains("->"));
    Call { action: signature.name.to_owned(), args, outcome: reply.outcome.clone(), values: map(&reply.values) }
}

fn signal(input: &Input) -> Option<Signal> {
    let Input::Signal { signal, about, values } = input else { return None };
    Some(Signal { name: signal.clone(), about: about.clone(), values: map(values) })
}

fn map(values: &Args) -> serde_json::Map<String, serde_json::Value> {
    values.iter().map(|(name, value)| (name.clone(), value::untyped(value))).collect()
}

/// `1d 2h 3m 4s`
fn passed(by: TimeDelta) -> String {
    let mut left = by.num_seconds();
    let mut parts = Vec::new();
    for (unit, seconds) in [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)] {
        if left >= seconds {
            parts.push(format!("{}{unit}", left / seconds));
            left %= seconds;
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_written_in_its_units() {
        assert_eq!(passed(TimeDelta::seconds(90)), "1m 30s");
        assert_eq!(passed(TimeDelta::days(3)), "3d");
    }
}

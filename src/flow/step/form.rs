//! A form: questions in a row, one of which is being asked.
//!
//! What applies is judged anew after every answer: a question whose condition does not hold any more loses its answer. So going
//! back and answering otherwise comes to the same as answering so at once.

use std::collections::BTreeSet;

use super::work::{Stop, Work};
use crate::{
    flow::{
        Edge, Effect,
        model::{Answer, Ask, Does, Form, Question, Target},
        state::{Filling, Frame, Spot, Waits},
    },
    message::{Args, Value, Words},
};

/// The buttons of a form and of a choice of several, as tokens name them. No option's name begins so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Control {
    Done,
    Keep,
    Skip,
    Back,
}

impl Control {
    const ALL: [Self; 4] = [Self::Done, Self::Keep, Self::Skip, Self::Back];

    /// In a token.
    pub const fn option(self) -> &'static str {
        match self {
            Self::Done => "-done",
            Self::Keep => "-keep",
            Self::Skip => "-skip",
            Self::Back => "-back",
        }
    }

    /// The text on it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Done => "form-done",
            Self::Keep => "form-keep",
            Self::Skip => "form-skip",
            Self::Back => "form-back",
        }
    }

    pub fn by_option(option: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|control| control.option() == option)
    }
}

/// Whether a stored frame stands where this form can go on with it.
pub(in crate::flow) fn fits(form: &Form, frame: &Frame) -> bool {
    match frame.filling.as_ref().map(|filling| &filling.at) {
        Some(Spot::Question(id)) => question(form, id).is_some(),
        Some(Spot::Confirm { id, .. }) => question(form, id).is_some_and(|question| question.confirm.is_some()),
        Some(Spot::Review) => form.review.is_some(),
        None => false,
    }
}

fn question<'f>(form: &'f Form, id: &str) -> Option<&'f Question> {
    form.questions.iter().find(|question| question.id == id)
}

/// What is asked at a spot of a form.
pub(in crate::flow) fn ask_at<'f>(form: &'f Form, at: &Spot) -> Option<&'f Ask> {
    match at {
        Spot::Question(id) => question(form, id).map(|question| &question.ask),
        Spot::Confirm { id, .. } => question(form, id)?.confirm.as_ref(),
        Spot::Review => form.review.as_ref(),
    }
}

impl<'w> Work<'w> {
    /// The form of the top run, and how far it has come.
    pub(super) fn filling(&self) -> Option<(&'w Form, &Filling)> {
        let (_, step) = self.here()?;
        let Does::Form(form) = &step.does else { return None };
        Some((form, self.state.runs.last()?.frames.last()?.filling.as_ref()?))
    }

    /// The question of the top run's form that is being asked.
    pub(super) fn current(&self) -> Option<&'w Question> {
        match self.filling()? {
            (form, Filling { at: Spot::Question(id), .. }) => question(form, id),
            _ => None,
        }
    }

    /// Something of the top run's form has been answered.
    pub fn has_answers(&self) -> bool {
        let values = self.state.runs.last().and_then(|run| run.frames.last()).map(|frame| &frame.values);
        let answered = |question: &Question| values.is_some_and(|values| values.contains_key(&question.id));
        self.filling().is_some_and(|(form, _)| form.questions.iter().any(answered))
    }

    pub(super) fn begin_form(&mut self, form: &'w Form) -> Result<Option<Target>, Stop> {
        for question in &form.questions {
            if self.frame()?.values.remove(&question.id).is_some() {
                self.keep_answer(question, None)?;
            }
        }
        self.frame()?.filling = Some(Filling { at: Spot::Review, skipped: BTreeSet::new() });
        self.onward(form)
    }

    /// To the first question that applies and has no answer; after the last to the review, or out.
    fn onward(&mut self, form: &'w Form) -> Result<Option<Target>, Stop> {
        if let Some(question) = self.open(form)? {
            return self.pose_at(Spot::Question(question.id.clone()), &question.ask);
        }
        match &form.review {
            Some(review) => self.pose_at(Spot::Review, review),
            None => self.close(form),
        }
    }

    /// The first question that applies and has no answer. What was skipped and may not be any more has none.
    fn open(&mut self, form: &'w Form) -> Result<Option<&'w Question>, Stop> {
        let frame = self.frame()?;
        let filling = frame.filling.as_ref();
        let skipped = |q: &Question| q.optional && filling.is_some_and(|filling| filling.skipped.contains(&q.id));
        let known: Vec<bool> = form.questions.iter().map(|q| skipped(q) || frame.values.contains_key(&q.id)).collect();
        let mut open = form.questions.iter().zip(known).filter(|(_, known)| !known).map(|(question, _)| question);
        Ok(open.find(|question| self.applies(question)))
    }

    /// What was read through is sent, unless the form has changed meanwhile: what it asks now is asked first.
    fn send_off(&mut self, form: &'w Form) -> Result<(), Stop> {
        self.drop_what_applies_no_more(form)?;
        if self.open(form)?.is_some() {
            return self.proceed(form);
        }
        self.leave()?;
        match self.close(form)? {
            Some(target) => self.go(target),
            None => Ok(()),
        }
    }

    fn pose_at(&mut self, at: Spot, ask: &'w Ask) -> Result<Option<Target>, Stop> {
        let question = matches!(at, Spot::Question(_));
        self.frame()?.filling.as_mut().ok_or(Stop("no form is being filled in"))?.at = at;
        if question {
            self.took(Edge::Asked);
        }
        self.pose(ask)
    }

    /// All answers together are a value of their own.
    fn close(&mut self, form: &'w Form) -> Result<Option<Target>, Stop> {
        self.gather(form)?;
        let (run, flow) = (self.run()?.id.clone(), self.frame()?.flow.clone());
        self.effects.push(Effect::Complete { run, flow });
        Ok(Some(form.next.clone()))
    }

    fn gather(&mut self, form: &Form) -> Result<(), Stop> {
        let frame = self.frame()?;
        let given = form.questions.iter().filter_map(|q| Some((q.id.clone(), frame.values.get(&q.id)?.clone())));
        let record = Value::Record(given.collect());
        frame.values.insert(frame.step.clone(), record);
        frame.filling = None;
        Ok(())
    }

    /// Leaves the wait for another spot of the form, or for where the form leads.
    fn proceed(&mut self, form: &'w Form) -> Result<(), Stop> {
        self.leave()?;
        match self.onward(form)? {
            Some(target) => self.go(target),
            None => Ok(()),
        }
    }

    fn turn_to(&mut self, at: Spot, ask: &'w Ask) -> Result<(), Stop> {
        self.leave()?;
        self.pose_at(at, ask).map(drop)
    }

    /// An answer to what the form asks.
    pub(super) fn form_answered(&mut self, form: &'w Form, value: Value) -> Result<(), Stop> {
        let at = self.frame()?.filling.as_ref().map(|filling| filling.at.clone()).ok_or(Stop("no form"))?;
        let known = |id: &str| question(form, id).ok_or(Stop("no such question"));
        match at {
            Spot::Question(id) => match &known(&id)?.confirm {
                Some(confirm) => self.turn_to(Spot::Confirm { id, value }, confirm),
                None => self.take_answer(form, known(&id)?, value),
            },
            Spot::Confirm { id, value: kept } if value == Value::from("yes") => {
                self.take_answer(form, known(&id)?, kept)
            }
            Spot::Confirm { id, .. } => {
                let ask = &known(&id)?.ask;
                self.turn_to(Spot::Question(id), ask)
            }
            Spot::Review => match value {
                Value::Text(edit) if edit.starts_with('=') => {
                    let question = known(edit.trim_start_matches('='))?;
                    self.turn_to(Spot::Question(question.id.clone()), &question.ask)
                }
                _ => self.send_off(form),
            },
        }
    }

    fn take_answer(&mut self, form: &'w Form, question: &'w Question, value: Value) -> Result<(), Stop> {
        let frame = self.frame()?;
        frame.values.insert(question.id.clone(), value.clone());
        if let Some(filling) = &mut frame.filling {
            filling.skipped.remove(&question.id);
        }
        self.keep_answer(question, Some(value))?;
        self.drop_what_applies_no_more(form)?;
        if let Some((when, target)) = &question.stop
            && self.value(&when.expr) == Some(Value::Flag(true))
        {
            self.took(Edge::Stop);
            self.leave()?;
            self.gather(form)?;
            return self.go(target.clone());
        }
        self.proceed(form)
    }

    /// In the form's order: a question's condition looks at those before it only.
    fn drop_what_applies_no_more(&mut self, form: &'w Form) -> Result<(), Stop> {
        for question in &form.questions {
            if self.applies(question) {
                continue;
            }
            let frame = self.frame()?;
            if let Some(filling) = &mut frame.filling {
                filling.skipped.remove(&question.id);
            }
            if frame.values.remove(&question.id).is_some() {
                self.keep_answer(question, None)?;
            }
        }
        Ok(())
    }

    fn keep_answer(&mut self, question: &Question, value: Option<Value>) -> Result<(), Stop> {
        let (run, flow) = (self.run()?.id.clone(), self.frame()?.flow.clone());
        self.effects.push(Effect::Answer { run, flow, question: question.id.clone(), value });
        Ok(())
    }

    /// Whether a question is to be asked, as things stand.
    fn applies(&self, question: &Question) -> bool {
        question.when.as_ref().is_none_or(|when| self.value(&when.expr) == Some(Value::Flag(true)))
    }

    /// The buttons that stand under what is being asked besides its options.
    pub(super) fn controls(&self, ask: &Ask) -> Vec<Control> {
        let mut controls = Vec::new();
        if let Answer::Choices { min, .. } = ask.answer
            && self.state.runs.last().is_some_and(|run| run.picked.len() >= min)
        {
            controls.push(Control::Done);
        }
        let (Some(question), Some((form, _))) = (self.current(), self.filling()) else { return controls };
        let answered = self.given(&question.id).is_some();
        controls.extend(answered.then_some(Control::Keep));
        controls.extend(question.optional.then_some(Control::Skip));
        controls.extend((form.back && self.before(form, question).is_some()).then_some(Control::Back));
        controls
    }

    fn given(&self, id: &str) -> Option<&Value> {
        self.state.runs.last()?.frames.last()?.values.get(id)
    }

    /// The question before this one, among those that apply.
    fn before(&self, form: &'w Form, question: &Question) -> Option<&'w Question> {
        let place = form.questions.iter().position(|one| one.id == question.id)?;
        form.questions.get(..place)?.iter().rev().find(|one| self.applies(one))
    }

    /// One of these buttons was pressed, or its label typed.
    pub(super) fn control(&mut self, ask: &'w Ask, control: Control) -> Result<(), Stop> {
        if control == Control::Done {
            let picked = self.run()?.picked.clone();
            return self.chose(ask, &picked);
        }
        let (Some(question), Some((form, _))) = (self.current(), self.filling()) else {
            return Err(Stop("a form's button where no form is"));
        };
        match control {
            Control::Back => match self.before(form, question) {
                Some(before) => {
                    self.took_of_step(Edge::Back);
                    self.turn_to(Spot::Question(before.id.clone()), &before.ask)
                }
                None => Err(Stop("there is nothing to go back to")),
            },
            Control::Skip => {
                self.took(Edge::Skip);
                let frame = self.frame()?;
                let had = frame.values.remove(&question.id).is_some();
                if let Some(filling) = &mut frame.filling {
                    filling.skipped.insert(question.id.clone());
                }
                if had {
                    self.keep_answer(question, None)?;
                }
                self.drop_what_applies_no_more(form)?;
                self.proceed(form)
            }
            Control::Keep | Control::Done => {
                self.took_of_step(Edge::Keep);
                self.proceed(form)
            }
        }
    }

    /// Marks an option of several, or takes its mark away: the message shows it.
    pub(super) fn mark(&mut self, ask: &'w Ask, option: &str) {
        let Some(run) = self.state.runs.last_mut() else { return };
        let Answer::Choices { of, max, .. } = &ask.answer else { return };
        if let Some(place) = run.picked.iter().position(|picked| picked == option) {
            run.picked.remove(place);
        } else if run.picked.len() < *max {
            run.picked.push(option.to_owned());
            run.picked.sort_by_key(|picked| of.iter().position(|one| one == picked));
        } else {
            let most = i64::try_from(*max).unwrap_or(i64::MAX);
            let args = Args::from([("max".to_owned(), Value::Number(most))]);
            self.effects.push(Effect::Toast(Words { key: "form-most".to_owned(), args }));
            return;
        }
        let said = self.question(ask);
        self.edit(said);
    }

    /// What is marked when a question with several answers is asked: what was answered before.
    pub(super) fn marked_before(&self) -> Vec<String> {
        let given = self.current().and_then(|question| self.given(&question.id));
        let Some(Value::List(values)) = given else { return Vec::new() };
        values
            .iter()
            .filter_map(|value| if let Value::Text(text) = value { Some(text.clone()) } else { None })
            .collect()
    }

    /// What is asked, in words: with how far one has come, or with the answers that it is about.
    pub(super) fn question_words(&self, ask: &Ask) -> Words {
        let Some((form, filling)) = self.filling().filter(|_| self.waits_for_answer()) else {
            return self.words(&ask.key);
        };
        let with = |key: &str, args: Vec<(&str, Value)>| Words {
            key: key.to_owned(),
            args: args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        };
        match &filling.at {
            Spot::Question(_) if !form.progress => self.words(&ask.key),
            Spot::Question(id) => {
                let applying = self.may_apply(form, &filling.skipped);
                let number = |n: usize| Value::Number(i64::try_from(n).unwrap_or(i64::MAX));
                let at = applying.iter().position(|question| question.id == *id).unwrap_or_default() + 1;
                let text = Value::Lines(vec![self.words(&ask.key)]);
                with("form-progress", vec![("at", number(at)), ("of", number(applying.len())), ("text", text)])
            }
            Spot::Confirm { id, value } => {
                let answer = question(form, id).map_or(Value::from(""), |question| self.readable(question, value));
                with("form-confirm", vec![("answer", answer)])
            }
            Spot::Review => {
                let line = |question: &Question| {
                    let answer = self.readable(question, self.given(&question.id)?);
                    let asked = Value::Lines(vec![self.short(&question.ask.key)]);
                    Some(with("form-line", vec![("question", asked), ("answer", answer)]))
                };
                with("form-review", vec![("lines", Value::Lines(form.questions.iter().filter_map(line).collect()))])
            }
        }
    }

    /// The questions that are to be asked, and those of which an answer that is still open decides: who goes on sees the end
    /// come nearer, never farther away.
    fn may_apply(&self, form: &'w Form, skipped: &BTreeSet<String>) -> Vec<&'w Question> {
        let mut open = BTreeSet::new();
        let mut may = Vec::new();
        for question in &form.questions {
            let mut names = Vec::new();
            if let Some(when) = &question.when {
                when.expr.names(&mut names);
            }
            if !self.applies(question) && !names.iter().any(|name| open.contains(*name)) {
                continue;
            }
            if self.given(&question.id).is_none() && !skipped.contains(&question.id) {
                open.insert(question.id.as_str());
            }
            may.push(question);
        }
        may
    }

    fn waits_for_answer(&self) -> bool {
        self.state.runs.last().is_some_and(|run| run.waits == Waits::Answer)
    }

    /// What a question is called where several are listed.
    fn short(&self, key: &str) -> Words {
        let own = format!("{key}.short");
        self.words(if self.program.locales().has(&own) { &own } else { key })
    }

    /// What can be changed at the review: the value that it is known by, and its label.
    pub(super) fn editable(&self) -> Vec<(String, Value, Words)> {
        let Some((form, Filling { at: Spot::Review, .. })) = self.filling() else { return Vec::new() };
        let answered = form.questions.iter().enumerate().filter(|(_, question)| self.applies(question));
        let label = |question: &Question| Words {
            key: "form-edit".to_owned(),
            args: [("question".to_owned(), Value::Lines(vec![self.short(&question.ask.key)]))].into(),
        };
        answered.map(|(i, q)| (i.to_string(), Value::Text(format!("={}", q.id)), label(q))).collect()
    }

    /// An answer as it is read back to whoever gave it.
    fn readable(&self, question: &Question, value: &Value) -> Value {
        let ask = &question.ask;
        if ask.private || ask.answer.is_personal() {
            return Value::Lines(vec![Words::plain("form-hidden")]);
        }
        let label = |value: &Value| {
            let offered = self.offered(ask).into_iter().find(|(_, offered, _)| offered == value);
            offered.map(|(.., label)| label)
        };
        match (&ask.answer, value) {
            (Answer::Choices { .. }, Value::List(values)) => {
                Value::List(values.iter().filter_map(label).map(|label| Value::Lines(vec![label])).collect())
            }
            (Answer::Choice { .. }, value) => {
                label(value).map_or_else(|| value.clone(), |label| Value::Lines(vec![label]))
            }
            // As it is asked for, and as it is written in either language.
            (Answer::Date, Value::Text(date)) => {
                let date = date.parse::<chrono::NaiveDate>().map(|date| date.format("%d.%m.%Y").to_string());
                date.map_or_else(|_| value.clone(), Value::Text)
            }
            (_, value) => value.clone(),
        }
    }
}

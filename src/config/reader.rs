//! Reading variables one by one while every fault is kept.

use std::{collections::BTreeMap, fmt, str::FromStr};

use reqwest::Url;
use secrecy::SecretString;

/// Variables by name, as the environment has them.
pub type Variables = BTreeMap<String, String>;

/// What is wrong with a variable, and what cures it. It never quotes a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFault {
    /// The variable.
    pub variable: &'static str,
    /// Fault and cure in one sentence.
    pub problem: String,
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.variable, self.problem)
    }
}

/// Reads variables and collects faults.
pub struct Reader<'v> {
    variables: &'v Variables,
    /// What was wrong so far.
    pub faults: Vec<ConfigFault>,
}

impl<'v> Reader<'v> {
    /// Over these variables.
    pub fn new(variables: &'v Variables) -> Self {
        Self { variables, faults: Vec::new() }
    }

    /// Notes a fault.
    pub fn fault(&mut self, variable: &'static str, problem: impl Into<String>) {
        self.faults.push(ConfigFault { variable, problem: problem.into() });
    }

    /// A variable's text; an empty one counts as not set, as in `NAME= program`.
    pub fn text(&self, name: &str) -> Option<&'v str> {
        self.variables.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// A secret.
    pub fn secret(&self, name: &str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    /// A secret that something else that was set can't do without.
    pub fn required_secret(&mut self, name: &'static str, because: &str) -> Option<SecretString> {
        let secret = self.secret(name);
        if secret.is_none() {
            self.fault(name, format!("missing: {because}"));
        }
        secret
    }

    /// Two secrets that are of use only together.
    pub fn pair(&mut self, first: &'static str, second: &'static str) -> Option<(SecretString, SecretString)> {
        match (self.secret(first), self.secret(second)) {
            (Some(one), Some(other)) => return Some((one, other)),
            (None, None) => {}
            (Some(_), None) => self.fault(second, format!("missing: {first} is set, and needs it")),
            (None, Some(_)) => self.fault(first, format!("missing: {second} is set, and needs it")),
        }
        None
    }

    /// A value with a spelling; `form` says which.
    pub fn parsed<T: FromStr>(&mut self, name: &'static str, form: &str) -> Option<T> {
        let text = self.text(name)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.fault(name, format!("`{text}` is not {form}"));
        }
        value
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.fault(name, format!("`{text}` is none of {}", words.join(", ")));
        }
        found
    }

    /// A web address without a slash at its end; it may be one with a password, so it is not quoted.
    pub fn address(&mut self, name: &'static str, schemes: &[&str]) -> Option<String> {
        let text = self.text(name)?;
        let fits = Url::parse(text).is_ok_and(|url| schemes.contains(&url.scheme()));
        if !fits {
            let schemes: Vec<String> = schemes.iter().map(|scheme| format!("{scheme}:")).collect();
            self.fault(name, format!("not an address: it must begin with {}", schemes.join(" or ")));
        }
        fits.then(|| text.trim_end_matches('/').to_owned())
    }
}

//! Source → tree.

use super::{Expr, Order, Wrong};
use crate::{fault::Kind, message::Value};

/// More than any condition that a person can read.
const DEPTH: u8 = 16;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Number(i64),
    Sign(&'static str),
}

type Placed = (Token, usize, usize);

/// Parses a whole expression.
pub(crate) fn parse(source: &str) -> Result<Expr, Wrong> {
    let mut parser = Parser { tokens: tokens(source)?, next: 0, end: source.chars().count() };
    let expr = parser.expression(0, DEPTH)?;
    match parser.tokens.get(parser.next) {
        None => Ok(expr),
        Some((_, at, length)) => Err(Wrong::new(*at, *length, Kind::ExpressionEnd {})),
    }
}

const SIGNS: [&str; 12] = ["==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", "."];

fn tokens(source: &str) -> Result<Vec<Placed>, Wrong> {
    let chars: Vec<char> = source.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&first) = chars.get(at) {
        if first.is_whitespace() {
            at += 1;
            continue;
        }
        let (token, length) = token(&chars, at)?;
        found.push((token, at, length));
        at += length;
    }
    Ok(found)
}

fn token(chars: &[char], at: usize) -> Result<(Token, usize), Wrong> {
    let rest = chars.get(at..).unwrap_or_default();
    let first = rest.first().copied().unwrap_or(' ');
    let run = |fits: fn(char) -> bool| rest.iter().take_while(|&&c| fits(c)).collect::<String>();
    if first == '\'' || first == '"' {
        let inner: String = rest.iter().skip(1).take_while(|&&c| c != first).collect();
        let length = inner.chars().count() + 2;
        let closed = rest.get(length - 1) == Some(&first);
        return if closed { Ok((Token::Text(inner), length)) } else { Err(Wrong::new(at, 1, Kind::OpenQuote {})) };
    }
    if first.is_ascii_digit() || first == '-' {
        let digits = run(|c| c.is_ascii_digit() || c == '-');
        let number = digits.parse().map_err(|_| Wrong::new(at, digits.len(), Kind::BadNumber {}))?;
        return Ok((Token::Number(number), digits.len()));
    }
    if first.is_alphabetic() || first == '_' {
        let word = run(|c| c.is_alphanumeric() || c == '_' || c == '.');
        let length = word.chars().count();
        return Ok((Token::Word(word), length));
    }
    let sign = SIGNS.into_iter().find(|sign| rest.iter().take(sign.len()).copied().eq(sign.chars()));
    sign.map(|sign| (Token::Sign(sign), sign.len()))
        .ok_or_else(|| Wrong::new(at, 1, Kind::BadSign { sign: first.to_string() }))
}

struct Parser {
    tokens: Vec<Placed>,
    next: usize,
    end: usize,
}

impl Parser {
    fn expression(&mut self, least: u8, depth: u8) -> Result<Expr, Wrong> {
        let Some(deeper) = depth.checked_sub(1) else { return Err(self.wrong(Kind::TooDeep {})) };
        let mut left = self.operand(deeper)?;
        while let Some((power, make)) = self.tokens.get(self.next).and_then(|(token, ..)| operator(token)) {
            if power < least {
                break;
            }
            self.next += 1;
            let right = self.expression(power + 1, deeper)?;
            left = make(Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn operand(&mut self, depth: u8) -> Result<Expr, Wrong> {
        let token = self.tokens.get(self.next).map(|(token, ..)| token.clone());
        self.next += 1;
        match token {
            Some(Token::Number(number)) => Ok(Expr::Literal(Value::Number(number))),
            Some(Token::Text(text)) => Ok(Expr::Literal(Value::Text(text))),
            Some(Token::Word(word)) => self.word(word, depth),
            Some(Token::Sign("(")) => {
                let inner = self.expression(0, depth)?;
                self.expect(")")?;
                Ok(inner)
            }
            Some(Token::Sign("[")) => self.list(depth),
            _ => {
                self.next -= 1;
                Err(self.wrong(Kind::OperandMissing {}))
            }
        }
    }

    fn word(&mut self, word: String, depth: u8) -> Result<Expr, Wrong> {
        match word.as_str() {
            "true" => Ok(Expr::Literal(Value::Flag(true))),
            "false" => Ok(Expr::Literal(Value::Flag(false))),
            // Binds tighter than `and`, looser than a comparison.
            "not" => Ok(Expr::Not(Box::new(self.expression(3, depth)?))),
            "has" => {
                self.expect("(")?;
                let Some((Token::Word(name), ..)) = self.tokens.get(self.next).cloned() else {
                    return Err(self.wrong(Kind::HasName {}));
                };
                self.next += 1;
                self.expect(")")?;
                Ok(Expr::Has(name))
            }
            "and" | "or" | "in" => {
                self.next -= 1;
                Err(self.wrong(Kind::BeforeWord {}))
            }
            _ => Ok(Expr::Name(word)),
        }
    }

    fn list(&mut self, depth: u8) -> Result<Expr, Wrong> {
        let mut values = Vec::new();
        loop {
            match self.operand(depth)? {
                Expr::Literal(value) => values.push(value),
                _ => return Err(self.wrong(Kind::ListMembers {})),
            }
            if self.expect(",").is_err() {
                break;
            }
        }
        self.expect("]")?;
        Ok(Expr::Literal(Value::List(values)))
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), Wrong> {
        if self.tokens.get(self.next).is_some_and(|(token, ..)| *token == Token::Sign(sign)) {
            self.next += 1;
            return Ok(());
        }
        Err(self.wrong(Kind::SignMissing { sign: sign.to_owned() }))
    }

    fn wrong(&self, kind: Kind) -> Wrong {
        let (at, length) = self.tokens.get(self.next).map_or((self.end, 1), |(_, at, length)| (*at, *length));
        Wrong::new(at, length, kind)
    }
}

type Make = fn(Box<Expr>, Box<Expr>) -> Expr;

fn operator(token: &Token) -> Option<(u8, Make)> {
    Some(match token {
        Token::Word(word) if word == "or" => (1, Expr::Or),
        Token::Word(word) if word == "and" => (2, Expr::And),
        Token::Word(word) if word == "in" => (4, Expr::In),
        Token::Sign("==") => (4, |l, r| Expr::Compare(Order::Same, l, r)),
        Token::Sign("!=") => (4, |l, r| Expr::Compare(Order::Other, l, r)),
        Token::Sign("<") => (4, |l, r| Expr::Compare(Order::Less, l, r)),
        Token::Sign("<=") => (4, |l, r| Expr::Compare(Order::LessOrSame, l, r)),
        Token::Sign(">") => (4, |l, r| Expr::Compare(Order::More, l, r)),
        Token::Sign(">=") => (4, |l, r| Expr::Compare(Order::MoreOrSame, l, r)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn holds(source: &str) -> bool {
        let score = Value::Number(4);
        let city = Value::from("Казань");
        let yes = Value::Flag(true);
        let look = |name: &str| match name {
            "score" => Some(&score),
            "who.city" => Some(&city),
            "who.verified" => Some(&yes),
            _ => None,
        };
        parse(source).unwrap().holds(&look)
    }

    #[test]
    fn reads_like_a_sentence() {
        assert!(holds("score >= 4 and who.city == 'Казань'"));
        assert!(holds("not has(nothing) and who.verified"));
        assert!(holds("score < 4 or score in [4, 5]"));
        assert!(holds("not score == 5"));
        assert!(!holds("(score == 4 or score == 5) and nothing"));
        assert!(!holds("nothing == 1 or nothing != 1"));
    }

    #[test]
    fn names_the_place_of_a_fault() {
        assert_eq!(parse("score >").unwrap_err().at, 7);
        assert_eq!(parse("score + 1").unwrap_err().at, 6);
        assert_eq!(parse("a == 'b").unwrap_err().at, 5);
        assert_eq!(parse("a b").unwrap_err().at, 2);
        assert_eq!(*parse(&"(".repeat(5_000)).unwrap_err().kind, Kind::TooDeep {});
        assert_eq!(*parse(&"not ".repeat(5_000)).unwrap_err().kind, Kind::TooDeep {});
    }

    proptest! {
        #[test]
        fn never_panics(source in "[a-c '\"()\\[\\],.<>=!0-9нотand-]{0,40}") {
            let _ = parse(&source).map(|expr| expr.holds(&|_| None));
        }
    }
}

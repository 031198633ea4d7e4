//! How long a text may get: the longest variant of every selector, arguments by a bound.

use fluent_syntax::ast::{Expression, InlineExpression, Pattern, PatternElement};

use crate::limits::units;

/// References within references are followed so far; Fluent refuses circles.
const DEPTH: usize = 8;

/// What makes a text long.
#[derive(Clone, Debug, Default)]
pub(super) struct Size {
    /// What stands there, in UTF-16 units.
    own: usize,
    arguments: Vec<String>,
    /// Texts, attributes (`id.name`) and terms (`-id`) within it.
    references: Vec<String>,
    /// Of each list of variants the longest counts.
    choices: Vec<Vec<Size>>,
}

impl Size {
    pub fn of(pattern: &Pattern<&str>) -> Self {
        let mut size = Self::default();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => size.own += units(value),
                PatternElement::Placeable { expression } => size.expression(expression),
            }
        }
        size
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { variants, .. } => {
                self.choices.push(variants.iter().map(|variant| Self::of(&variant.value)).collect());
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value } => {
                self.own += units(value);
            }
            InlineExpression::VariableReference { id } => self.arguments.push(id.name.to_owned()),
            InlineExpression::FunctionReference { arguments, .. } => {
                arguments.positional.iter().for_each(|one| self.inline(one));
            }
            InlineExpression::MessageReference { id, attribute } => {
                let attribute = attribute.as_ref().map(|attribute| format!(".{}", attribute.name)).unwrap_or_default();
                self.references.push(format!("{}{attribute}", id.name));
            }
            InlineExpression::TermReference { id, .. } => self.references.push(format!("-{}", id.name)),
            InlineExpression::Placeable { expression } => self.expression(expression),
        }
    }

    /// Everything that it may refer to, variants included.
    pub fn referred(&self) -> Vec<&String> {
        let within = self.choices.iter().flatten().flat_map(Self::referred);
        self.references.iter().chain(within).collect()
    }

    /// The longest rendering, in UTF-16 units.
    pub fn longest<'s>(&self, bound: &dyn Fn(&str) -> usize, find: &dyn Fn(&str) -> Option<&'s Self>) -> usize {
        self.at(bound, find, DEPTH)
    }

    fn at<'s>(&self, bound: &dyn Fn(&str) -> usize, find: &dyn Fn(&str) -> Option<&'s Self>, depth: usize) -> usize {
        let Some(deeper) = depth.checked_sub(1) else { return 0 };
        let arguments: usize = self.arguments.iter().map(|name| bound(name)).sum();
        let references: usize =
            self.references.iter().filter_map(|key| find(key)).map(|size| size.at(bound, find, deeper)).sum();
        let variants = |variants: &Vec<Self>| variants.iter().map(|size| size.at(bound, find, depth)).max();
        self.own + arguments + references + self.choices.iter().filter_map(variants).sum::<usize>()
    }
}

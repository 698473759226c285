//! Reading a condition.
//!
//! ```text
//! expression = conjunction { ("OR" | "||") conjunction }
//! conjunction = term { ("AND" | "&&") term }
//! term       = ("NOT" | "!") term | "(" expression ")" | function | "Exists" attribute | comparison
//! function   = ("ActionMatches" | "SubOperationMatches") "{" value { "," value } "}"
//! comparison = operand operator operand
//! operand    = attribute | value | "{" value { "," value } "}"
//! attribute  = "@" word "[" text "]"
//! value      = "'" text "'" | word
//! ```
//!
//! Azure asks for parentheses where `AND` and `OR` meet; without them `AND` binds tighter here, as
//! everywhere. Words of the language are read in any case.

use super::operator::Operator;
use super::{ConditionError, MAX_DEPTH, MAX_LENGTH, attribute_key};
use crate::action::ActionPattern;

/// A condition that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
    ActionMatches(Vec<ActionPattern>),
    SubOperationMatches(Vec<ActionPattern>),
    /// The attribute's key.
    Exists(String),
    Compare(Operand, Operator, Operand),
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    Literal(Vec<String>),
    /// The attribute's key.
    Attribute(String),
}

/// Reads the whole text.
pub(super) fn parse(text: &str) -> Result<Expression, ConditionError> {
    if text.len() > MAX_LENGTH {
        return Err(ConditionError::TooLong);
    }
    let mut parser = Parser {
        text,
        at: 0,
        depth: 0,
    };
    let expression = parser.expression()?;
    parser.skip_space();
    if parser.at < text.len() {
        return Err(parser.unexpected("AND, OR or the end"));
    }
    Ok(expression)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

type Parsed<T> = Result<T, ConditionError>;

impl<'a> Parser<'a> {
    fn expression(&mut self) -> Parsed<Expression> {
        let mut any = vec![self.conjunction()?];
        while self.symbol("||") || self.keyword("or") {
            any.push(self.conjunction()?);
        }
        Ok(one_or(any, Expression::Or))
    }

    fn conjunction(&mut self) -> Parsed<Expression> {
        let mut all = vec![self.term()?];
        while self.symbol("&&") || self.keyword("and") {
            all.push(self.term()?);
        }
        Ok(one_or(all, Expression::And))
    }

    fn term(&mut self) -> Parsed<Expression> {
        if self.depth == MAX_DEPTH {
            return Err(ConditionError::TooDeep);
        }
        self.depth += 1;
        let term = self.term_within_depth();
        self.depth -= 1;
        term
    }

    fn term_within_depth(&mut self) -> Parsed<Expression> {
        if self.symbol("!") || self.keyword("not") {
            return Ok(Expression::Not(Box::new(self.term()?)));
        }
        if self.symbol("(") {
            let inner = self.expression()?;
            self.expect(")", "`)`")?;
            return Ok(inner);
        }
        if self.keyword("actionmatches") {
            return Ok(Expression::ActionMatches(self.patterns()?));
        }
        if self.keyword("suboperationmatches") {
            return Ok(Expression::SubOperationMatches(self.patterns()?));
        }
        if self.keyword("exists") {
            return Ok(Expression::Exists(self.attribute()?));
        }
        self.comparison()
    }

    fn patterns(&mut self) -> Parsed<Vec<ActionPattern>> {
        self.expect("{", "`{`")?;
        let values = self.values()?;
        Ok(values
            .iter()
            .map(|value| ActionPattern::new(value))
            .collect())
    }

    fn comparison(&mut self) -> Parsed<Expression> {
        let left = self.operand()?;
        let name = self.word();
        if name.is_empty() {
            return Err(self.unexpected("an operator"));
        }
        let operator = Operator::parse(name)?;
        let right = self.operand()?;
        for operand in [&left, &right] {
            if let Operand::Literal(values) = operand
                && let Some(value) = values.iter().find(|value| !operator.accepts(value))
            {
                return Err(ConditionError::WrongValue {
                    operator: name.to_owned(),
                    value: value.chars().take(80).collect(),
                });
            }
        }
        Ok(Expression::Compare(left, operator, right))
    }

    fn operand(&mut self) -> Parsed<Operand> {
        self.skip_space();
        if self.rest().starts_with('@') {
            return Ok(Operand::Attribute(self.attribute()?));
        }
        if self.symbol("{") {
            return Ok(Operand::Literal(self.values()?));
        }
        Ok(Operand::Literal(vec![self.value()?]))
    }

    /// Values up to and with the closing brace; at least one.
    fn values(&mut self) -> Parsed<Vec<String>> {
        let mut values = vec![self.value()?];
        while self.symbol(",") {
            values.push(self.value()?);
        }
        self.expect("}", "`,` or `}`")?;
        Ok(values)
    }

    fn value(&mut self) -> Parsed<String> {
        if !self.symbol("'") {
            let word = self.word();
            if word.is_empty() {
                return Err(self.unexpected("a value"));
            }
            return Ok(word.to_owned());
        }
        // A backslash before a quote is part of the spelling; before anything else it is kept for
        // `StringLike`, which reads it.
        let mut value = String::new();
        let mut chars = self.rest().char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' => {
                    self.at += at + 1;
                    return Ok(value);
                }
                '\\' if chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                    value.push('\'');
                    chars.next();
                }
                c => value.push(c),
            }
        }
        self.at = self.text.len();
        Err(self.unexpected("a closing `'`"))
    }

    /// `@Source[name]`, as a key.
    fn attribute(&mut self) -> Parsed<String> {
        self.expect("@", "an attribute such as `@Request[…]`")?;
        let source = self.word();
        if source.is_empty() {
            return Err(self.unexpected("an attribute's source"));
        }
        let known = ["Request", "Resource", "Principal", "Environment"];
        if !known.iter().any(|known| known.eq_ignore_ascii_case(source)) {
            return Err(ConditionError::UnknownSource(
                source.chars().take(80).collect(),
            ));
        }
        self.expect("[", "`[`")?;
        let Some(end) = self.rest().find(']').filter(|end| *end > 0) else {
            return Err(self.unexpected("an attribute's name and `]`"));
        };
        let name = self.rest()[..end].trim();
        let key = attribute_key(source, name);
        self.at += end + 1;
        Ok(key)
    }

    /// The longest run of characters that belong to names, numbers, times and GUIDs; may be empty.
    fn word(&mut self) -> &'a str {
        self.skip_space();
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || "_-+.:/".contains(c)))
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Takes a word of the language if it is next and stands alone.
    fn keyword(&mut self, keyword: &str) -> bool {
        let before = self.at;
        if self.word().eq_ignore_ascii_case(keyword) {
            return true;
        }
        self.at = before;
        false
    }

    fn symbol(&mut self, symbol: &str) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(symbol);
        if found {
            self.at += symbol.len();
        }
        found
    }

    fn expect(&mut self, symbol: &str, expected: &'static str) -> Parsed<()> {
        if self.symbol(symbol) {
            return Ok(());
        }
        Err(self.unexpected(expected))
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn unexpected(&self, expected: &'static str) -> ConditionError {
        let rest = self.rest().trim_start();
        let found: String = rest.chars().take(24).collect();
        ConditionError::Unexpected {
            expected,
            found: if found.is_empty() {
                "the end".to_owned()
            } else {
                found
            },
            at: self.text[..self.text.len() - rest.len()].chars().count() + 1,
        }
    }
}

fn one_or(mut list: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match list.len() {
        1 => list.remove(0),
        _ => many(list),
    }
}

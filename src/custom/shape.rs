//! Shapes of values: what an expression computes, how large that can be in a design of a given size, and what it costs.

use cel::common::ast::LiteralValue;

use super::fields::Part;

/// Bytes of text that count as one step.
pub(super) const BYTES_A_STEP: u64 = 32;

/// What a value is and how large it can be.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// No value at all: an element of a list that is always empty.
    Never,
    Null,
    Bool,
    Integer,
    Number,
    /// A text of at most so many bytes.
    Text(u64),
    /// One of the words that the function lists.
    Word(fn() -> Vec<String>),
    Record(Part),
    /// A list of at most so many elements.
    List(u64, Box<Shape>),
    /// A map written in the expression, with so many entries.
    Map(u64, Box<Shape>),
    /// One of several types, of at most this weight.
    Any(u64),
    /// A compiled pattern of so many KiB.
    Pattern(u64),
}

impl Shape {
    /// The shape of a value written out.
    pub(super) fn of_literal(literal: &LiteralValue) -> Self {
        match literal {
            LiteralValue::Boolean(_) => Shape::Bool,
            LiteralValue::Double(_) => Shape::Number,
            LiteralValue::Int(_) => Shape::Integer,
            LiteralValue::Null => Shape::Null,
            LiteralValue::String(text) => Shape::Text(text.inner().len() as u64),
            LiteralValue::Bytes(bytes) => Shape::Any(1 + bytes.inner().len() as u64),
            // It combines with no other number, so what is done with it is only known when it runs.
            LiteralValue::UInt(_) => Shape::Any(1),
        }
    }

    /// Steps to copy it, which also bounds its memory.
    pub(super) fn weight(&self) -> u64 {
        match self {
            Self::Text(bytes) => 1 + bytes / BYTES_A_STEP,
            Self::List(length, item) => length.saturating_mul(item.weight()).saturating_add(1),
            Self::Map(entries, value) => entries.saturating_mul(value.weight().saturating_add(4)).saturating_add(1),
            Self::Any(weight) => *weight,
            _ => 1,
        }
    }

    /// Most bytes of a text, or of what may be one.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Text(bytes) => *bytes,
            Self::Any(weight) => weight.saturating_mul(BYTES_A_STEP),
            _ => 64,
        }
    }

    /// The word for its type; `None` when the type is not known before running.
    pub(super) fn type_words(&self) -> Option<&'static str> {
        Some(match self {
            Self::Bool => "true or false",
            Self::Integer | Self::Number => "a number",
            Self::Text(_) | Self::Word(_) => "a text",
            Self::Record(part) => part.word(),
            Self::List(..) => "a list",
            Self::Map(..) => "a map",
            Self::Never | Self::Null | Self::Any(_) | Self::Pattern(_) => return None,
        })
    }

    /// The shape of a value that is one or the other.
    pub(super) fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never | Self::Null, shape) | (shape, Self::Never | Self::Null) => shape,
            (Self::Bool, Self::Bool) => Self::Bool,
            (Self::Integer, Self::Integer) => Self::Integer,
            (Self::Number, Self::Number) => Self::Number,
            (a @ (Self::Text(_) | Self::Word(_)), b @ (Self::Text(_) | Self::Word(_))) => {
                Self::Text(a.bytes().max(b.bytes()))
            }
            (Self::Record(a), Self::Record(b)) if a == b => Self::Record(a),
            (Self::List(n, a), Self::List(m, b)) => Self::List(n.max(m), Box::new(a.join(*b))),
            (a, b) => Self::Any(a.weight().max(b.weight())),
        }
    }

    /// Whether a message can show it.
    pub(super) fn can_be_shown(&self) -> bool {
        match self {
            Self::Map(..) | Self::Any(_) | Self::Pattern(_) | Self::Record(Part::Requirements | Part::Practices) => {
                false
            }
            Self::List(_, item) => item.can_be_shown(),
            _ => true,
        }
    }

    /// Whether it can be true or false.
    pub(super) fn can_be_bool(&self) -> bool {
        matches!(self, Self::Bool | Self::Any(_))
    }
}

/// What an expression costs at most.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    /// Steps; one takes less than 100 ns.
    pub(super) steps: u64,
    /// Weight of the heaviest value on the way, in steps of some 50 bytes.
    pub(super) heaviest: u64,
}

impl Cost {
    pub(super) fn plus(self, other: Self) -> Self {
        Self { steps: self.steps.saturating_add(other.steps), heaviest: self.heaviest.max(other.heaviest) }
    }

    pub(super) fn times(self, n: u64) -> Self {
        Self { steps: self.steps.saturating_mul(n), ..self }
    }
}

//! Messages of rules: text with expressions in braces; `{{` and `}}` stand for braces.

use std::cell::Cell;

use cel::Context;

use super::Each;
use super::expression::{Expression, Problem, Use};
use super::record::shown;
use super::shape::Cost;
use super::view::Sizes;

/// Longest message shown, characters.
pub(super) const MAX_SHOWN: usize = 500;

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Value(Expression),
}

/// A message with its expressions compiled.
#[derive(Debug, Clone)]
pub(super) struct Message(Vec<Piece>);

impl Message {
    /// Compiles a message of a rule about `each`; each pattern in it takes one from `patterns_left`.
    ///
    /// # Errors
    /// [`Problem`] with its place in `text`.
    pub(super) fn compile(text: &str, each: Each, patterns_left: &Cell<usize>) -> Result<Self, Problem> {
        let wrong = |index, message: &str| {
            Err(Problem {
                node: None,
                index: Some(index),
                message: message.into(),
                hint: "write {{ or }} for a brace".into(),
            })
        };
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut chars = text.chars().enumerate().peekable();
        while let Some((index, c)) = chars.next() {
            let doubled = chars.next_if(|(_, next)| *next == c && matches!(c, '{' | '}')).is_some();
            match c {
                '}' if !doubled => return wrong(index, "this brace closes nothing"),
                '{' if !doubled => {
                    let mut inside = Inside::default();
                    let mut closed = false;
                    for (_, c) in chars.by_ref() {
                        if inside.closes(c) {
                            closed = true;
                            break;
                        }
                    }
                    if !closed {
                        return wrong(index, "this brace is never closed");
                    }
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    let slot = format!("message{}_", pieces.len());
                    let value = Expression::compile(&inside.text, each, &slot, Use::Words, patterns_left);
                    pieces.push(Piece::Value(
                        value
                            .map_err(|problem| Problem { index: problem.index.map(|at| at + index + 1), ..problem })?,
                    ));
                }
                c => plain.push(c),
            }
        }
        pieces.push(Piece::Text(plain));
        Ok(Self(pieces))
    }

    /// What writing it once costs at most.
    pub(super) fn cost(&self, each: Each, sizes: &Sizes) -> Cost {
        let values = self.0.iter().filter_map(|piece| match piece {
            Piece::Value(value) => Some(value.cost(each, sizes)),
            Piece::Text(_) => None,
        });
        values.fold(Cost::default(), Cost::plus)
    }

    /// Gives a context the patterns its expressions need.
    pub(super) fn bind(&self, context: &mut Context<'_, '_>) {
        for piece in &self.0 {
            if let Piece::Value(value) = piece {
                value.bind(context);
            }
        }
    }

    /// The message about the element the context stands for, at most [`MAX_SHOWN`] characters.
    ///
    /// # Errors
    /// A sentence on what cannot be computed.
    pub(super) fn write(&self, context: &Context<'_, '_>) -> Result<String, String> {
        let mut message = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => message.push_str(text),
                Piece::Value(value) => message.push_str(&shown(value.run(context)?.as_ref(), MAX_SHOWN)),
            }
        }
        Ok(shortened(&message))
    }
}

/// The text on one line of at most [`MAX_SHOWN`] characters.
pub(super) fn shortened(text: &str) -> String {
    shown(&cel::common::types::CelString::from(text), MAX_SHOWN)
}

/// Reads the expression inside braces, in whose strings and maps there can be braces too.
#[derive(Default)]
struct Inside {
    text: String,
    open: usize,
    quote: Option<char>,
    escaped: bool,
}

impl Inside {
    /// Takes in a character; whether it is the closing brace.
    fn closes(&mut self, c: char) -> bool {
        match self.quote {
            Some(_) if self.escaped => self.escaped = false,
            Some(quote) => {
                self.escaped = c == '\\';
                if c == quote {
                    self.quote = None;
                }
            }
            None => match c {
                '}' if self.open == 0 => return true,
                '}' => self.open -= 1,
                '{' => self.open += 1,
                '\'' | '"' => self.quote = Some(c),
                _ => {}
            },
        }
        self.text.push(c);
        false
    }
}

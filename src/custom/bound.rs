//! Checks an expression without running it: mistakes such as an unknown field are found while the pack is read, and
//! steps and memory are bounded before a rule runs.

use std::cell::Cell;
use std::collections::BTreeMap;

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, SelectExpr, operators};

use super::Each;
use super::expression::{MAX_PATTERNS, Pattern, Problem};
use super::fields::{FieldType, ViewField, fields_of, find};
use super::shape::{BYTES_A_STEP, Cost, Shape};
use super::view::Sizes;
use crate::design::file::edit_distance;

/// Most macros (`all`, `exists`, `map`, `filter`, `exists_one`) that may stand in each other.
const MAX_NESTED_MACROS: usize = 2;
/// How an expression must be rewritten before it runs, by the id of the node.
#[derive(Debug)]
pub(super) enum Rewrite {
    /// `has(x.f)` asks whether the field is set: fields of records are always there, but may be null.
    Presence,
    /// The literal of a pattern becomes the variable of this name, which holds it compiled.
    Pattern(String),
}

/// Looks through one expression.
pub(super) struct Checker<'a> {
    each: Each,
    sizes: &'a Sizes,
    /// What the names of variables for patterns begin with.
    slot: &'a str,
    /// How many more patterns may be compiled.
    patterns_left: &'a Cell<usize>,
    /// Variables of macros, innermost last.
    scope: Vec<(String, Shape)>,
    nested: usize,
    pub(super) cost: Cost,
    pub(super) patterns: BTreeMap<String, Pattern>,
    pub(super) rewrites: BTreeMap<u64, Rewrite>,
}

type Looked = Result<Shape, Problem>;

fn problem(at: &IdedExpr, message: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem { node: Some(at.id), index: None, message: message.into(), hint: hint.into() }
}

/// A hint that names what was probably meant, or else everything that is known.
fn closest<'n>(found: &str, known: impl Iterator<Item = &'n str> + Clone) -> String {
    let best = known.clone().min_by_key(|name| edit_distance(found, name));
    match best {
        Some(best) if edit_distance(found, best) <= found.len() / 2 => format!("did you mean \"{best}\"?"),
        _ => format!("known are {}", known.collect::<Vec<_>>().join(", ")),
    }
}

const FUNCTIONS: [&str; 13] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "string",
    "int",
    "double",
    "has",
    "all",
    "exists",
    "map",
    "filter",
];

impl<'a> Checker<'a> {
    /// A checker of expressions about `each`, in a design of this size. Patterns compiled before are given along.
    pub(super) fn new(
        each: Each,
        sizes: &'a Sizes,
        slot: &'a str,
        patterns: BTreeMap<String, Pattern>,
        patterns_left: &'a Cell<usize>,
    ) -> Self {
        let (scope, rewrites) = (Vec::new(), BTreeMap::new());
        Self { each, sizes, slot, patterns_left, scope, nested: 0, cost: Cost::default(), patterns, rewrites }
    }

    fn pay(&mut self, steps: u64) {
        self.cost.steps = self.cost.steps.saturating_add(steps);
    }

    /// The shape of a value that the expression makes anew, paid for.
    fn made(&mut self, shape: Shape) -> Shape {
        let weight = shape.weight();
        self.pay(weight);
        self.cost.heaviest = self.cost.heaviest.max(weight);
        shape
    }

    /// The shape of an expression; its cost is added to [`Checker::cost`].
    pub(super) fn look(&mut self, at: &IdedExpr) -> Looked {
        self.pay(1);
        match &at.expr {
            Expr::Literal(literal) => Ok(Shape::of_literal(literal)),
            Expr::Ident(name) => self.variable(at, name),
            Expr::Select(select) => self.select(at, select),
            Expr::Call(call) => self.call(at, call),
            Expr::Comprehension(comprehension) => self.comprehension(at, comprehension),
            Expr::List(list) => {
                let mut item = Shape::Never;
                for element in &list.elements {
                    item = item.join(self.look(element)?);
                }
                Ok(self.made(Shape::List(list.elements.len() as u64, Box::new(item))))
            }
            Expr::Map(map) => {
                let mut value = Shape::Never;
                for entry in &map.entries {
                    let EntryExpr::MapEntry(entry) = &entry.expr else {
                        return Err(problem(at, "this is not a map", ""));
                    };
                    let key = self.look(&entry.key)?;
                    self.pay(key.weight());
                    value = value.join(self.look(&entry.value)?);
                }
                Ok(self.made(Shape::Map(map.entries.len() as u64, Box::new(value))))
            }
            Expr::Struct(_) => Err(problem(at, "messages cannot be made here", "maps are written { 'key': value }")),
            Expr::Unspecified => Err(problem(at, "something is missing here", "")),
        }
    }

    fn variable(&self, at: &IdedExpr, name: &str) -> Looked {
        if let Some((_, shape)) = self.scope.iter().rev().find(|(known, _)| known == name) {
            return Ok(shape.clone());
        }
        if let Some(pattern) = self.patterns.get(name) {
            return Ok(Shape::Pattern(pattern.kib));
        }
        let known = self.each.variables();
        if let Some((_, part)) = known.iter().find(|(known, _)| *known == name) {
            return Ok(Shape::Record(*part));
        }
        let message = format!("\"{name}\" is not known in a rule about {}", self.each);
        Err(problem(at, message, closest(name, known.iter().map(|(name, _)| *name))))
    }

    fn select(&mut self, at: &IdedExpr, select: &SelectExpr) -> Looked {
        let operand = self.look(&select.operand)?;
        let shape = match &operand {
            Shape::Record(part) => {
                let Some(field) = find(*part, &select.field) else {
                    let known = fields_of(*part).iter().map(|field| field.name);
                    let message = format!("a {} has no field \"{}\"", part.word(), select.field);
                    return Err(problem(at, message, closest(&select.field, known)));
                };
                if select.test {
                    self.rewrites.insert(at.id, Rewrite::Presence);
                }
                let shape = self.field(field);
                self.made(shape)
            }
            Shape::Map(_, value) => (**value).clone(),
            Shape::Any(weight) => Shape::Any(*weight),
            Shape::Never | Shape::Null => Shape::Null,
            other => {
                let words = other.type_words().unwrap_or("this");
                return Err(problem(at, format!("{words} has no field \"{}\"", select.field), ""));
            }
        };
        Ok(if select.test { Shape::Bool } else { shape })
    }

    fn field(&self, field: &ViewField) -> Shape {
        let text = Shape::Text(self.sizes.name_bytes);
        let many = |item: Shape| Shape::List(field.most(self.sizes), Box::new(item));
        match field.kind {
            FieldType::Text => text,
            FieldType::Note => Shape::Text(self.sizes.note_bytes),
            FieldType::Word(words) => Shape::Word(words),
            FieldType::Integer => Shape::Integer,
            FieldType::Number => Shape::Number,
            FieldType::Bool => Shape::Bool,
            FieldType::Texts => many(text),
            FieldType::Integers => many(Shape::Integer),
            FieldType::Record(part) => Shape::Record(part),
            FieldType::Records(part) => many(Shape::Record(part)),
        }
    }

    fn call(&mut self, at: &IdedExpr, call: &CallExpr) -> Looked {
        let name = call.func_name.as_str();
        let target = call.target.as_ref().map(|target| self.look(target)).transpose()?;
        if name == "matches"
            && let (Some(target), [pattern]) = (&target, call.args.as_slice())
        {
            return self.matches(at, target, pattern);
        }
        let mut shapes = Vec::with_capacity(call.args.len());
        for argument in &call.args {
            shapes.push(self.look(argument)?);
        }
        match (target.as_ref(), shapes.as_slice()) {
            (None, [of]) if name == operators::LOGICAL_NOT => self.truth(call, [of], at),
            (None, [_]) if name == operators::NOT_STRICTLY_FALSE => Ok(Shape::Bool),
            (None, [of]) if name == operators::NEGATE => self.numbers(at, [of, of]),
            (None, [a, b]) => self.binary(at, call, a, b),
            (None, [condition, yes, no]) if name == operators::CONDITIONAL => {
                self.truth(call, [condition], at)?;
                Ok(yes.clone().join(no.clone()))
            }
            (None, [of]) | (Some(of), []) if name == "size" => match of {
                Shape::Integer | Shape::Number | Shape::Bool | Shape::Record(_) => Err(wrong(at, "size", of)),
                of => {
                    self.pay(of.bytes() / BYTES_A_STEP);
                    Ok(Shape::Integer)
                }
            },
            (None, [of]) if matches!(name, "string" | "int" | "double") => {
                self.pay(of.weight());
                match (name, of) {
                    (_, Shape::Record(_) | Shape::List(..) | Shape::Map(..)) => Err(wrong(at, name, of)),
                    ("int", _) => Ok(Shape::Integer),
                    ("double", _) => Ok(Shape::Number),
                    // A number of 300 digits is written out.
                    _ => Ok(self.made(Shape::Text(of.bytes().max(400)))),
                }
            }
            (Some(of), [part]) if matches!(name, "contains" | "startsWith" | "endsWith") => {
                for shape in [of, part] {
                    if shape.type_words().is_some_and(|words| words != "a text") {
                        return Err(wrong(at, name, shape));
                    }
                }
                self.pay(of.bytes() / BYTES_A_STEP + part.bytes() / BYTES_A_STEP);
                Ok(Shape::Bool)
            }
            _ => Err(problem(
                at,
                format!("there is no function \"{}\" with these arguments", plain_operator(name)),
                closest(name, FUNCTIONS.into_iter()),
            )),
        }
    }

    /// A text matched with a pattern, which must be written out: it is compiled once, when the pack is read.
    fn matches(&mut self, at: &IdedExpr, target: &Shape, argument: &IdedExpr) -> Looked {
        if target.type_words().is_some_and(|words| words != "a text") {
            return Err(wrong(at, "matches", target));
        }
        let kib = match &argument.expr {
            Expr::Literal(LiteralValue::String(text)) => {
                let Some(left) = self.patterns_left.get().checked_sub(1) else {
                    let message = format!("a pack may have {MAX_PATTERNS} patterns at most");
                    return Err(problem(argument, message, "use startsWith, endsWith or contains where they will do"));
                };
                self.patterns_left.set(left);
                let pattern = Pattern::compile(text.inner()).map_err(|message| {
                    problem(argument, message, "patterns are those of Rust's regex crate, at most 500 bytes")
                })?;
                let name = format!("@{}{}", self.slot, self.patterns.len());
                let kib = pattern.kib;
                self.patterns.insert(name.clone(), pattern);
                self.rewrites.insert(argument.id, Rewrite::Pattern(name));
                kib
            }
            _ => match self.look(argument)? {
                Shape::Pattern(kib) => kib,
                _ => return Err(problem(argument, "the pattern must be a text written out here", "")),
            },
        };
        // Matching is linear in the text; how much a byte costs depends on the size of the program.
        self.pay(64 + target.bytes().saturating_mul(kib));
        Ok(Shape::Bool)
    }

    fn truth<'s>(&self, call: &CallExpr, shapes: impl IntoIterator<Item = &'s Shape>, at: &IdedExpr) -> Looked {
        match shapes.into_iter().find(|shape| shape.type_words().is_some() && !shape.can_be_bool()) {
            Some(shape) => Err(wrong(at, plain_operator(&call.func_name), shape)),
            None => Ok(Shape::Bool),
        }
    }

    fn numbers(&self, at: &IdedExpr, [a, b]: [&Shape; 2]) -> Looked {
        match (a, b) {
            (Shape::Integer, Shape::Number) | (Shape::Number, Shape::Integer) => {
                let hint = "write 2.0 instead of 2, or double(…) around the whole number";
                Err(problem(at, "a whole number and a number with decimals cannot be combined", hint))
            }
            (Shape::Integer, Shape::Integer) => Ok(Shape::Integer),
            (Shape::Number, Shape::Number) => Ok(Shape::Number),
            (a, b) => match [a, b].into_iter().find(|s| s.type_words().is_some_and(|words| words != "a number")) {
                Some(shape) => Err(wrong(at, "arithmetic", shape)),
                None => Ok(Shape::Any(1)),
            },
        }
    }

    fn binary(&mut self, at: &IdedExpr, call: &CallExpr, a: &Shape, b: &Shape) -> Looked {
        match call.func_name.as_str() {
            operators::LOGICAL_AND | operators::LOGICAL_OR => self.truth(call, [a, b], at),
            operators::EQUALS | operators::NOT_EQUALS => {
                self.pay(a.weight().min(b.weight()));
                comparable(at, a, b)?;
                for (shape, argument) in [(a, call.args.get(1)), (b, call.args.first())] {
                    known_words(shape, argument)?;
                }
                Ok(Shape::Bool)
            }
            operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS => {
                self.pay(a.weight().min(b.weight()));
                comparable(at, a, b)?;
                for shape in [a, b] {
                    if matches!(shape, Shape::Record(_) | Shape::List(..) | Shape::Map(..)) {
                        return Err(wrong(at, plain_operator(&call.func_name), shape));
                    }
                }
                Ok(Shape::Bool)
            }
            operators::IN => {
                self.pay(b.weight().saturating_add(a.weight()));
                match b {
                    Shape::List(_, item) => comparable(at, a, item)?,
                    Shape::Map(..) | Shape::Any(_) | Shape::Never | Shape::Null => {}
                    other => return Err(wrong(at, "in", other)),
                }
                if let Some(Expr::List(list)) = call.args.get(1).map(|list| &list.expr) {
                    for element in &list.elements {
                        known_words(a, Some(element))?;
                    }
                }
                Ok(Shape::Bool)
            }
            operators::INDEX => match a {
                Shape::List(_, value) | Shape::Map(_, value) => Ok((**value).clone()),
                Shape::Any(weight) => Ok(Shape::Any(*weight)),
                Shape::Never | Shape::Null => Ok(Shape::Null),
                other => Err(wrong(at, "[ ]", other)),
            },
            operators::ADD => self.sum(at, a, b),
            operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE | operators::MODULO => {
                self.numbers(at, [a, b])
            }
            name => Err(problem(
                at,
                format!("there is no function \"{name}\" with these arguments"),
                closest(name, FUNCTIONS.into_iter()),
            )),
        }
    }

    fn sum(&mut self, at: &IdedExpr, a: &Shape, b: &Shape) -> Looked {
        match (a, b) {
            (Shape::Text(_) | Shape::Word(_), Shape::Text(_) | Shape::Word(_)) => {
                Ok(self.made(Shape::Text(a.bytes().saturating_add(b.bytes()))))
            }
            (Shape::List(n, item), Shape::List(m, other)) => {
                let item = (**item).clone().join((**other).clone());
                Ok(self.made(Shape::List(n.saturating_add(*m), Box::new(item))))
            }
            (Shape::Any(_), _) | (_, Shape::Any(_)) => Ok(self.made(Shape::Any(a.weight().saturating_add(b.weight())))),
            (Shape::Text(_) | Shape::Word(_), other) | (other, Shape::Text(_) | Shape::Word(_)) => Err(problem(
                at,
                format!("{} cannot be added to a text", other.type_words().unwrap_or("null")),
                "write string(…) around it",
            )),
            _ => self.numbers(at, [a, b]),
        }
    }

    /// A macro over a list, as the parser has expanded it.
    fn comprehension(&mut self, at: &IdedExpr, macro_: &ComprehensionExpr) -> Looked {
        let (length, item) = match self.look(&macro_.iter_range)? {
            Shape::List(length, item) => (length, *item),
            other => {
                let words = other.type_words().unwrap_or("this");
                return Err(problem(at, format!("all, exists, map and filter go over lists, not over {words}"), ""));
            }
        };
        self.nested += 1;
        if self.nested > MAX_NESTED_MACROS {
            let message = format!("macros stand in each other more than {MAX_NESTED_MACROS} deep");
            return Err(problem(at, message, "ask about each component or link instead of all of them"));
        }
        let start = self.look(&macro_.accu_init)?;
        let before = std::mem::take(&mut self.cost);
        // Binding a variable copies the element.
        self.pay(3 + item.weight());
        self.scope.push((macro_.accu_var.clone(), start));
        self.scope.push((macro_.iter_var.clone(), item));
        self.look(&macro_.loop_cond)?;
        let step = self.look(&macro_.loop_step)?;
        self.scope.truncate(self.scope.len() - 2);
        self.nested -= 1;
        self.cost = before.plus(self.cost.times(length));
        // A list grows by one element in each round.
        let grown = match step {
            Shape::List(_, item) => self.made(Shape::List(length, item)),
            other => other,
        };
        self.scope.push((macro_.accu_var.clone(), grown));
        let result = self.look(&macro_.result);
        self.scope.pop();
        result
    }
}

fn wrong(at: &IdedExpr, what: &str, shape: &Shape) -> Problem {
    problem(at, format!("{what} does not work with {}", shape.type_words().unwrap_or("null")), "")
}

/// Whether two values can be equal or ordered at all.
fn comparable(at: &IdedExpr, a: &Shape, b: &Shape) -> Result<(), Problem> {
    match (a.type_words(), b.type_words()) {
        (Some(a), Some(b)) if a != b => Err(problem(at, format!("{a} cannot be compared with {b}"), "")),
        _ => Ok(()),
    }
}

/// A field that is one of a few words can only be compared with one of them.
fn known_words(shape: &Shape, with: Option<&IdedExpr>) -> Result<(), Problem> {
    let (Shape::Word(words), Some(with)) = (shape, with) else { return Ok(()) };
    let Expr::Literal(LiteralValue::String(text)) = &with.expr else { return Ok(()) };
    let words = words();
    if words.iter().any(|word| word == text.inner()) {
        return Ok(());
    }
    let hint = closest(text.inner(), words.iter().map(String::as_str));
    Err(problem(with, format!("\"{}\" is never the value here", text.inner()), hint))
}

/// An operator as it is written.
pub(super) fn plain_operator(name: &str) -> &str {
    match name {
        operators::CONDITIONAL => "? :",
        operators::INDEX => "[ ]",
        operators::IN => "in",
        other => other.trim_matches('_'),
    }
}

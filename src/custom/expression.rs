//! One expression of a rule: limits, parsing, checks, and running it.

use std::any::Any;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, SelectExpr, SourceInfo, operators};
use cel::common::types::{CelBool, CelString, STRING_TYPE, Type};
use cel::common::value::{CowVal, StaticVal, Val};
use cel::parser::Parser;
use cel::{Context, Env, ExecutionError, ParseErrors, Value};
use regex::RegexBuilder;

use super::Each;
use super::bound::{Checker, Rewrite, plain_operator};
use super::shape::Cost;
use super::view::Sizes;

/// Longest expression, bytes.
pub(super) const MAX_EXPRESSION_BYTES: usize = 4_096;
/// Most opening brackets in one expression, which bounds how deep they can stand in each other.
const MAX_BRACKETS: usize = 64;
/// Most operators in one expression other than `&&` and `||`, which bounds the depth of its tree.
const MAX_OPERATORS: usize = 160;
/// Most patterns in one pack: each takes time to compile and memory as long as the pack is there.
pub(super) const MAX_PATTERNS: usize = 500;
/// Longest pattern of `matches`, bytes.
const MAX_PATTERN_BYTES: usize = 500;
/// Sizes of compiled patterns that are told apart, KiB; a larger one is refused.
const PATTERN_KIB: [u64; 3] = [2, 8, 64];

/// Memory that matching one pattern may take for speed, bytes.
const MAX_CACHE_BYTES: usize = 256 * 1024;

/// What is wrong with an expression, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// The node of the tree it is about, while the place is not known yet.
    pub(super) node: Option<u64>,
    /// The character it begins at, from 0.
    pub(super) index: Option<usize>,
    pub(super) message: String,
    pub(super) hint: String,
}

impl Problem {
    fn new(index: usize, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { node: None, index: Some(index), message: message.into(), hint: hint.into() }
    }
}

/// A compiled pattern, as a value.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    regex: Arc<regex::Regex>,
    /// How large the compiled program is at most, KiB.
    pub(super) kib: u64,
}

static PATTERN: Type = Type::new_unspecified_type("pattern");

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// A sentence when it is none, or too large.
    pub(super) fn compile(text: &str) -> Result<Self, String> {
        if text.len() > MAX_PATTERN_BYTES {
            return Err("the pattern is too long".into());
        }
        let mut refused = "the pattern is too large".to_owned();
        for kib in PATTERN_KIB {
            let bytes = usize::try_from(kib * 1024).unwrap_or(usize::MAX);
            match RegexBuilder::new(text).size_limit(bytes).dfa_size_limit(MAX_CACHE_BYTES).nest_limit(32).build() {
                Ok(regex) => return Ok(Self { regex: Arc::new(regex), kib }),
                Err(regex::Error::Syntax(message)) => {
                    let reason = message.lines().last().unwrap_or("").trim_start_matches("error: ");
                    refused = format!("this is not a pattern: {reason}");
                }
                Err(_) => {}
            }
        }
        Err(refused)
    }
}

impl Val for Pattern {
    fn get_type(&self) -> &Type {
        &PATTERN
    }

    fn cel_type() -> &'static Type {
        &PATTERN
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Pattern {}

/// The functions of expressions.
pub(super) fn environment() -> Arc<Env> {
    let mut env = Env::default().with_optional_support(false).with_stdlib();
    let added = env.add_member_overload("matches", "matches_pattern", STRING_TYPE, vec![PATTERN.to_owned()], |args| {
        let text = args.first().and_then(|text| text.downcast_ref::<CelString>());
        let pattern = args.get(1).and_then(|pattern| pattern.downcast_ref::<Pattern>());
        let found = text.zip(pattern).is_some_and(|(text, pattern)| pattern.regex.is_match(text.inner()));
        Ok(CowVal::owned(CelBool::from(found)))
    });
    debug_assert!(added.is_ok(), "no other overload takes a pattern");
    Arc::new(env)
}

/// What the value of an expression is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It decides.
    Truth,
    /// It is shown in a message.
    Words,
}

/// An expression that has passed all checks.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    tree: IdedExpr,
    patterns: BTreeMap<String, Pattern>,
    /// The fields it reads of the variables of the rule, such as `["component", "vcpu"]`, in order.
    pub(super) reads: BTreeSet<Vec<String>>,
}

impl Expression {
    /// Parses and checks an expression about `each`. No two expressions of a rule have the same `slot`; each pattern
    /// takes one from `patterns_left`.
    ///
    /// # Errors
    /// [`Problem`] when it breaks a limit, does not parse, or cannot work.
    pub(super) fn compile(
        text: &str,
        each: Each,
        slot: &str,
        used: Use,
        patterns_left: &Cell<usize>,
    ) -> Result<Self, Problem> {
        within_limits(text)?;
        let (mut tree, source) = parse(text)?;
        let sizes = Sizes::default();
        let mut checker = Checker::new(each, &sizes, slot, BTreeMap::new(), patterns_left);
        let shape = checker.look(&tree).map_err(|problem| located(problem, text, &source))?;
        let (patterns, rewrites) = (checker.patterns, checker.rewrites);
        let refused = |message: &str, hint: &str| Err(Problem::new(0, message, hint));
        match used {
            Use::Truth if !shape.can_be_bool() => {
                return refused("this is neither true nor false", "compare the value with something");
            }
            Use::Words if !shape.can_be_shown() => {
                return refused("a message cannot show this", "name a field, or write string(…) around it");
            }
            _ => {}
        }
        rewrite(&mut tree, &rewrites);
        let mut reads = BTreeSet::new();
        collect_reads(&tree, each, &mut Vec::new(), &mut reads);
        Ok(Self { tree, patterns, reads })
    }

    /// What running it once costs at most in a design of this size.
    pub(super) fn cost(&self, each: Each, sizes: &Sizes) -> Cost {
        // Its patterns are compiled already.
        let none = Cell::new(0);
        let mut checker = Checker::new(each, sizes, "", self.patterns.clone(), &none);
        match checker.look(&self.tree) {
            Ok(_) => checker.cost,
            // It was checked before, and its types do not depend on sizes.
            Err(_) => Cost { steps: u64::MAX, heaviest: u64::MAX },
        }
    }

    /// Gives a context the patterns the expression needs.
    pub(super) fn bind(&self, context: &mut Context<'_, '_>) {
        for (name, pattern) in &self.patterns {
            context.add_variable_as_val(name.as_str(), Box::new(pattern.clone()));
        }
    }

    /// Its value.
    ///
    /// # Errors
    /// A sentence on what cannot be computed.
    pub(super) fn run<'e, 'v>(&'e self, context: &'e Context<'_, 'v>) -> Result<CowVal<'e, 'v>, String> {
        Value::resolve_val(&self.tree, context).map_err(|error| plain_error(&error))
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// A sentence on what cannot be computed.
    pub(super) fn holds(&self, context: &Context<'_, '_>) -> Result<bool, String> {
        let value = self.run(context)?;
        let truth = value.downcast_ref::<CelBool>().map(|truth| *truth.inner());
        truth.ok_or_else(|| format!("it gives {} instead of true or false", plain_type(value.get_type().name())))
    }
}

/// Checks what bounds the parser. Characters in strings count too: a string that is none to the parser hides nothing.
fn within_limits(text: &str) -> Result<(), Problem> {
    if text.trim().is_empty() {
        return Err(Problem::new(0, "the expression is empty", ""));
    }
    let hint = "split the rule into several";
    if text.len() > MAX_EXPRESSION_BYTES {
        let message = format!("the expression has {} bytes; at most {MAX_EXPRESSION_BYTES} are read", text.len());
        return Err(Problem::new(0, message, hint));
    }
    let (mut brackets, mut operators) = (0, 0);
    let mut before = (' ', ' ');
    for (index, c) in text.chars().enumerate() {
        match c {
            '(' | '[' | '{' => brackets += 1,
            // A run of such characters holds at most one operator that makes the tree deeper.
            '.' | '+' | '-' | '*' | '/' | '%' | '<' | '>' | '=' | '!' | '?' | ':' if !is_operator(before.1) => {
                operators += 1;
            }
            c if before == ('i', 'n') && !c.is_alphanumeric() && c != '_' => operators += 1,
            _ => {}
        }
        before = (before.1, c);
        if brackets > MAX_BRACKETS {
            return Err(Problem::new(index, format!("more than {MAX_BRACKETS} brackets are not read"), hint));
        }
        if operators > MAX_OPERATORS {
            return Err(Problem::new(index, format!("more than {MAX_OPERATORS} operators are not read"), hint));
        }
    }
    Ok(())
}

fn is_operator(c: char) -> bool {
    matches!(c, '.' | '+' | '-' | '*' | '/' | '%' | '<' | '>' | '=' | '!' | '?' | ':')
}

fn parse(text: &str) -> Result<(IdedExpr, SourceInfo), Problem> {
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        Parser::new().max_recursion_depth(96).error_recovery_limit(4).parse_with_source_info(text)
    }));
    match parsed {
        Ok(Ok(parsed)) => Ok(parsed),
        Ok(Err(errors)) => Err(syntax_problem(&errors, text)),
        Err(_) => Err(Problem::new(0, "this cannot be read as an expression", "")),
    }
}

/// The first error of the parser, in its place.
fn syntax_problem(errors: &ParseErrors, text: &str) -> Problem {
    let Some(error) = errors.errors.first() else { return Problem::new(0, "this is not an expression", "") };
    let (line, column) = (usize::try_from(error.pos.0).unwrap_or(0), usize::try_from(error.pos.1).unwrap_or(0));
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(|row| row.chars().count()).sum();
    let index = (before + column.saturating_sub(1)).min(text.chars().count());
    let message = error.msg.trim_start_matches("Syntax error: ");
    let message = if message == "UNKNOWN" { "this is not an expression" } else { message };
    let hint = match message {
        _ if text.contains(" and ") || text.contains(" or ") => "write && and || for \"and\" and \"or\"",
        _ if message.contains("'='") || message.contains("'= ") => "compare with ==",
        _ => "expressions are written in CEL, such as component.instances >= 2",
    };
    Problem::new(index, message, hint)
}

/// Turns the node of a problem into its place in the text.
fn located(problem: Problem, text: &str, source: &SourceInfo) -> Problem {
    let offset = problem.node.and_then(|id| source.offset_for(id)).map_or(0, |(start, _)| start as usize);
    Problem { node: None, index: Some(offset.min(text.chars().count())), ..problem }
}

/// The nodes right below one.
fn children(expr: &Expr) -> Vec<&IdedExpr> {
    match expr {
        Expr::Call(call) => call.target.iter().map(|target| &**target).chain(&call.args).collect(),
        Expr::Comprehension(c) => vec![&c.iter_range, &c.accu_init, &c.loop_cond, &c.loop_step, &c.result],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Select(select) => vec![&select.operand],
        Expr::Map(map) => map
            .entries
            .iter()
            .flat_map(|entry| match &entry.expr {
                EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
                EntryExpr::StructField(field) => vec![&field.value],
            })
            .collect(),
        Expr::Struct(_) | Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => Vec::new(),
    }
}

fn children_mut(expr: &mut Expr) -> Vec<&mut IdedExpr> {
    match expr {
        Expr::Call(call) => call.target.iter_mut().map(|target| &mut **target).chain(&mut call.args).collect(),
        Expr::Comprehension(c) => {
            vec![&mut c.iter_range, &mut c.accu_init, &mut c.loop_cond, &mut c.loop_step, &mut c.result]
        }
        Expr::List(list) => list.elements.iter_mut().collect(),
        Expr::Select(select) => vec![&mut select.operand],
        Expr::Map(map) => map
            .entries
            .iter_mut()
            .flat_map(|entry| match &mut entry.expr {
                EntryExpr::MapEntry(entry) => vec![&mut entry.key, &mut entry.value],
                EntryExpr::StructField(field) => vec![&mut field.value],
            })
            .collect(),
        Expr::Struct(_) | Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => Vec::new(),
    }
}

fn rewrite(tree: &mut IdedExpr, rewrites: &BTreeMap<u64, Rewrite>) {
    for child in children_mut(&mut tree.expr) {
        rewrite(child, rewrites);
    }
    match rewrites.get(&tree.id) {
        Some(Rewrite::Pattern(name)) => tree.expr = Expr::Ident(name.clone()),
        Some(Rewrite::Presence) => {
            if let Expr::Select(select) = std::mem::take(&mut tree.expr) {
                let read = IdedExpr { id: tree.id, expr: Expr::Select(SelectExpr { test: false, ..select }) };
                let null = IdedExpr { id: tree.id, expr: Expr::Literal(LiteralValue::Null) };
                let func_name = operators::NOT_EQUALS.to_owned();
                tree.expr = Expr::Call(CallExpr { func_name, target: None, args: vec![read, null] });
            }
        }
        None => {}
    }
}

/// The longest chains of fields that begin at a variable of the rule.
fn collect_reads(tree: &IdedExpr, each: Each, hidden: &mut Vec<String>, reads: &mut BTreeSet<Vec<String>>) {
    let mut chain = Vec::new();
    let mut at = &tree.expr;
    while let Expr::Select(select) = at {
        chain.push(select.field.clone());
        at = &select.operand.expr;
    }
    if let Expr::Ident(name) = at {
        let known = each.variables().iter().any(|(known, _)| known == name) && !hidden.contains(name);
        if known && !chain.is_empty() {
            chain.push(name.clone());
            chain.reverse();
            reads.insert(chain);
        }
        return;
    }
    if let Expr::Comprehension(macro_) = &tree.expr {
        collect_reads(&macro_.iter_range, each, hidden, reads);
        hidden.push(macro_.iter_var.clone());
        collect_reads(&macro_.loop_step, each, hidden, reads);
        hidden.pop();
        return;
    }
    for child in children(&tree.expr) {
        collect_reads(child, each, hidden, reads);
    }
}

/// A type of the interpreter in words.
fn plain_type(name: &str) -> &str {
    match name {
        "null_type" => "null (not set)",
        "int" | "uint" => "a whole number",
        "double" => "a number",
        "string" => "a text",
        "bool" => "true or false",
        "list" => "a list",
        "map" => "a map",
        other => other,
    }
}

/// An error of the interpreter in words that do not depend on values: those can be large, and maps have no order.
fn plain_error(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchOverload(overload) => {
            let types: Vec<&str> = overload.argument_types().iter().map(|name| plain_type(name)).collect();
            if overload.function() == "_._" {
                return format!("a field is asked of {}", types.first().unwrap_or(&"nothing"));
            }
            format!("{} does not work with {}", plain_operator(overload.function()), types.join(" and "))
        }
        ExecutionError::UnexpectedType { got, want } => {
            format!("{} stands where {} is needed", plain_type(got), plain_type(want))
        }
        ExecutionError::NoSuchKey(key) => format!("there is no \"{}\"", key.chars().take(80).collect::<String>()),
        ExecutionError::UndeclaredReference(name) => {
            format!("\"{}\" is not known", name.chars().take(80).collect::<String>())
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => "division by zero".into(),
        ExecutionError::Overflow(..) => "a number becomes too large".into(),
        ExecutionError::IndexOutOfBounds(_) => "the list is shorter than that".into(),
        ExecutionError::UnsupportedBinaryOperator(name, ..) => {
            format!("{name} does not work with values of these types")
        }
        ExecutionError::DuplicateKey(_) => "a map has the same key twice".into(),
        ExecutionError::FunctionError { function, .. } => format!("{function}(…) cannot take this value"),
        _ => "this cannot be computed".into(),
    }
}

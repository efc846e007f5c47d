//! The planner format field by field as Markdown, made of its schema.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

/// What stands before the fields.
const INTRODUCTION: &str = "\
A planner file is one JSON object. `meridian export planner` writes it, `meridian import planner` makes a design of it,
and `meridian schema planner` prints its JSON Schema; this page is made of that schema.

- The same design, books and program give the same bytes.
- Every field is always there; one that has nothing to say is `null` or an empty list.
- Readers ignore fields they do not know: later programs may add some. A field that changes its meaning or goes away
  makes a new format, and `format` says so.
- Lists stand in the order that is named with them.
- A password or key never stands in a plan.
";

/// The format as shipped in `assets/planner.md`: the plan first, then each type in the order in which it is met.
#[must_use]
pub fn reference_markdown() -> String {
    let schema = super::schema();
    let mut out = format!("# The planner format\n\n{INTRODUCTION}");
    let empty = Map::new();
    let types = schema.get("$defs").and_then(Value::as_object).unwrap_or(&empty);
    let mut met = BTreeSet::new();
    let mut next = Vec::new();
    section(&mut out, "Plan", &schema, &mut met, &mut next);
    let mut at = 0;
    while let Some(name) = next.get(at).cloned() {
        if let Some(of_type) = types.get(&name) {
            section(&mut out, &name, of_type, &mut met, &mut next);
        }
        at += 1;
    }
    out
}

/// A type with its fields or words; types that it names join those still to be written.
fn section(out: &mut String, name: &str, of_type: &Value, met: &mut BTreeSet<String>, next: &mut Vec<String>) {
    let _ = writeln!(out, "\n## {name}\n\n{}", description(of_type));
    if let Some(fields) = of_type.get("properties").and_then(Value::as_object) {
        table(out, of_type, fields, met, next);
    }
    let variants = of_type.get("oneOf").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let (with_fields, words): (Vec<&Value>, Vec<&Value>) =
        variants.iter().partition(|variant| variant.get("properties").is_some());
    if !words.is_empty() {
        out.push('\n');
    }
    for word in words {
        let _ = writeln!(out, "- {}: {}", quoted(word.get("const")), description(word));
    }
    for variant in with_fields {
        if let Some(fields) = variant.get("properties").and_then(Value::as_object) {
            let _ = writeln!(out, "\n{}", description(variant));
            table(out, variant, fields, met, next);
        }
    }
}

/// The fields in the order in which they are written.
fn table(
    out: &mut String,
    of_type: &Value,
    fields: &Map<String, Value>,
    met: &mut BTreeSet<String>,
    next: &mut Vec<String>,
) {
    out.push_str("\n| field | type | meaning |\n|---|---|---|\n");
    let order = of_type.get("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for name in order.iter().filter_map(Value::as_str) {
        let Some(field) = fields.get(name) else { continue };
        let _ = writeln!(out, "| `{name}` | {} | {} |", type_of(field, met, next), description(field));
    }
}

/// The words for a field's type; a type of its own is a link to its section.
fn type_of(field: &Value, met: &mut BTreeSet<String>, next: &mut Vec<String>) -> String {
    if let Some(reference) = field.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        if met.insert(name.to_owned()) {
            next.push(name.to_owned());
        }
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(options) = field.get("anyOf").and_then(Value::as_array) {
        return options.iter().map(|option| type_of(option, met, next)).collect::<Vec<_>>().join(" or ");
    }
    if field.get("const").is_some() {
        return quoted(field.get("const"));
    }
    match field.get("type") {
        Some(Value::String(word)) if word == "array" => {
            let items = field.get("items").map(|items| type_of(items, met, next)).unwrap_or_default();
            format!("list of {items}")
        }
        Some(Value::String(word)) => word.clone(),
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "anything".to_owned(),
    }
}

fn quoted(word: Option<&Value>) -> String {
    format!("`{}`", word.and_then(Value::as_str).unwrap_or_default())
}

/// The description as it can stand in a table.
fn description(of: &Value) -> String {
    let text = of.get("description").and_then(Value::as_str).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_reference_is_current_and_names_every_type_and_field() {
        let text = reference_markdown();
        assert!(
            include_str!("../../../assets/planner.md") == text,
            "assets/planner.md is stale: run `cargo run -- schema planner --markdown --out assets/planner.md`"
        );
        let schema = super::super::schema();
        for (name, of_type) in schema["$defs"].as_object().unwrap() {
            assert!(text.contains(&format!("\n## {name}\n")), "{name}");
            let variants = of_type["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
            for fields in std::iter::once(of_type).chain(variants).filter_map(|t| t["properties"].as_object()) {
                for field in fields.keys() {
                    assert!(text.contains(&format!("| `{field}` |")), "{name}.{field}");
                }
            }
        }
    }
}

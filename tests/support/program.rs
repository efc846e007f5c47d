//! The real program, as a pipeline sees it: what it prints and its exit code.

#![allow(dead_code, reason = "each suite uses a part of it")]

use assert_cmd::Command;
use serde_json::Value;

/// What a run left.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// The program, on a machine without a display.
pub fn program() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("meridian"));
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    command
}

/// Runs it with these arguments and this standard input.
pub fn run(args: &[&str], stdin: &str) -> Ran {
    Ran::of(program().args(args).write_stdin(stdin))
}

impl Ran {
    /// Runs a command to its end.
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        let code = output.status.code().expect("an exit code");
        Self { code, out: text(output.stdout), err: text(output.stderr) }
    }

    /// It was refused with one line on standard error that begins as given, and printed nothing else.
    #[track_caller]
    pub fn refused(&self, begins: &str) {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{}", self.err);
        assert!(self.err.starts_with(&format!("meridian: {begins}")), "{}", self.err);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
    }

    /// What it printed, without a complaint.
    #[track_caller]
    pub fn fine(&self) -> &str {
        assert_eq!((self.code, self.err.as_str()), (0, ""));
        &self.out
    }

    /// The same as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(self.fine()).expect("JSON")
    }

    /// What it printed as JSON, whatever its exit code says about it.
    #[track_caller]
    pub fn report(&self) -> Value {
        assert_eq!(self.err, "");
        serde_json::from_str(&self.out).expect("JSON")
    }
}

/// A shipped schema is the one this program makes, and explains every field.
#[track_caller]
pub fn is_current_and_explained(name: &str, shipped: &str) {
    assert!(
        shipped == run(&["schema", name], "").out,
        "assets/{name}.schema.json is stale: run `cargo run -- schema {name} --out assets/{name}.schema.json`"
    );
    let schema: Value = serde_json::from_str(shipped).expect("the schema is JSON");
    let types = schema["$defs"].as_object().expect("definitions").values().chain([&schema]);
    for (name, property) in types.filter_map(|t| t.get("properties")?.as_object()).flatten() {
        assert!(property.get("description").is_some(), "{name} is not explained");
    }
}

//! What ships is what the collected tables and the choices about them give.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::books::Books;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("assets").join(name)
}

fn inputs() -> BTreeMap<String, String> {
    let read = |name: &str| fs::read_to_string(folder("data").join(format!("{name}.csv"))).expect("a committed table");
    INPUTS.iter().map(|name| ((*name).to_owned(), read(name))).collect()
}

/// Compiles with one text of one table replaced.
fn with(table: &str, from: &str, to: &str) -> CompileError {
    let mut inputs = inputs();
    let text = inputs.get_mut(table).expect("a table of the step");
    assert!(text.contains(from), "{table} has no {from}");
    *text = text.replacen(from, to, 1);
    compile(&inputs).expect_err("must be refused")
}

#[test]
fn compiling_the_collected_tables_gives_the_shipped_ones() {
    for (name, text) in compile(&inputs()).expect("the collected tables compile") {
        let shipped = fs::read_to_string(folder("books").join(format!("{name}.csv"))).unwrap_or_default();
        let line = text.lines().zip(shipped.lines()).position(|(new, old)| new != old);
        assert!(text == shipped, "{name}.csv differs from line {:?}: meridian books compile", line.map(|n| n + 1));
    }
}

#[test]
fn every_collected_table_is_read_or_said_not_to_be() {
    let entries = fs::read_dir(folder("data")).expect("the folder of collected tables");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut unread: Vec<String> = names.filter(|name| name.ends_with(".csv")).collect();
    unread.retain(|name| !INPUTS.contains(&name.trim_end_matches(".csv")));
    // Made from performance.csv by others; the step makes its own.
    assert_eq!(unread, ["performance_capacity.csv"]);
}

#[test]
fn what_the_maps_do_not_know_is_named_by_its_line() {
    let pair = with("rtt", "ms-azure-network-latency", "hearsay");
    assert_eq!((pair.table.as_str(), pair.line), ("rtt", 2));
    assert!(pair.reason.contains("hearsay"), "{pair}");
    let service = with("map_services", "aws,load-balancer,ALB,", "aws,load-balancer,CLB,");
    assert!(service.table == "prices" && service.reason.contains("load-balancer \"ALB\""), "{service}");
    let meter = with("map_database_sums", "SQL licence Standard", "SQL licence");
    assert!(meter.reason.contains("no \"SQL licence\" in eastus"), "{meter}");
}

#[test]
fn rows_go_to_a_file_of_their_table_within_the_folder() {
    let outside = with("map_sources", "{}_rosa", "../{}_rosa");
    assert_eq!(outside.table, "map_sources");
    assert!(outside.line > 1 && outside.reason.contains("../{}_rosa"), "{outside}");
    // Machines and disks have other columns.
    let shared = with("map_sources", "{}_rosa", "rosa");
    assert!(shared.reason.contains("two tables go to rosa.csv"), "{shared}");
}

#[test]
fn a_correction_that_is_out_of_date_is_an_error() {
    let gone = with("corrections", "azure | spaincentral", "azure | spainwest");
    assert!(gone.reason.contains("spainwest"), "{gone}");
    let right = with("regions", ",40.4259,3.4209,", ",40.4259,-3.4209,");
    assert!(right.table == "corrections" && right.reason.contains("right already"), "{right}");
    let silent = with("corrections", "misspelt", "");
    assert!(silent.reason.contains("reason is missing"), "{silent}");
}

/// So that whoever wants it out can replace one file.
#[test]
fn rows_of_a_source_without_a_licence_stand_in_files_of_their_own() {
    let sources = Books::shipped().sources();
    for (name, text) in compile(&inputs()).expect("the collected tables compile") {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let column = reader.headers().expect("a header").iter().position(|column| column == "source");
        let column = column.expect("every compiled table has sources");
        let mut licensed: Vec<bool> = Vec::new();
        for row in reader.records() {
            let row = row.expect("a row");
            let source = sources.get(&row[column]).expect("a known source");
            if !source.is_ours() {
                licensed.push(source.has_licence());
            }
        }
        licensed.dedup();
        assert!(licensed.len() <= 1, "{name} mixes sources with and without a licence");
    }
}

/// Little's law, users = throughput x time of a call, tells whether a closed-loop test was what it says it was.
/// Those of the gateway are, within half a percent, save for runs at the edge of what the node could do.
#[test]
fn the_runs_of_the_gateway_obey_littles_law() {
    let inputs = inputs();
    let mut reader = csv::Reader::from_reader(inputs["performance"].as_bytes());
    let header = reader.headers().expect("a header").clone();
    let column = |name: &str| header.iter().position(|column| column == name).expect("a column");
    let (product, users) = (column("product"), column("concurrent_users"));
    let (throughput, time) = (column("throughput_rps"), column("avg_ms"));
    let mut off: Vec<f64> = Vec::new();
    for row in reader.records().map(|row| row.expect("a row")).filter(|row| row[product].starts_with("wso2am")) {
        let number = |at: usize| row[at].parse::<f64>().expect("a number");
        off.push((number(throughput) * number(time) / 1000.0 / number(users) - 1.0).abs());
    }
    assert_eq!(off.len(), 1514);
    let obeying = off.iter().filter(|off| **off <= 0.005).count();
    assert!(obeying * 100 >= off.len() * 95, "{obeying} of {}", off.len());
}

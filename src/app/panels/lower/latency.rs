//! The latency tab: populations and what they do.

use egui::{Align, Ui};
use egui_extras::{Column, TableBuilder};

use crate::analysis::Analysis;
use crate::app::panels::explain::{PERCENTILES, Subject};
use crate::app::panels::memo::{AnalysisKey, DesignKey, Memo};
use crate::app::panels::{Cx, format};
use crate::app::theme;
use crate::design::{Design, Id};
use crate::estimate::{Figure, Operation, OperationLatency};

use super::{ROW, cell_figure, cell_text, column_head};

/// The table's width when all columns have room.
const WIDTH: f32 = 736.0;

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// An operation as things are.
    Now(Operation),
    /// Until a publication shows in a region.
    Published(Id),
    /// An operation while the region that serves the population is lost.
    WhenLost(Operation),
}

/// One row: an operation of a population.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The population.
    pub population: Id,
    /// Its name; empty below its first row.
    pub name: String,
    /// What it is about.
    pub what: What,
    /// The same in words.
    pub words: String,
    /// p50, p95 and p99 with their ranges, or the sentence that says why there are none.
    pub percentiles: Result<[String; 3], String>,
    /// Name of the region that serves it.
    pub served_by: String,
}

/// The rows of the table.
pub fn rows(design: &Design, analysis: &Analysis) -> Vec<Row> {
    let mut rows = Vec::new();
    for population in &analysis.estimates.latency {
        let place = |region: Option<&Id>| region.map_or_else(|| format::NONE.to_owned(), |id| design.name_of(id));
        let first = rows.len();
        let mut add = |what, words, percentiles: &Result<[Figure; 3], String>, served_by: &str| {
            rows.push(Row {
                population: population.population.clone(),
                name: if rows.len() == first { design.name_of(&population.population) } else { String::new() },
                what,
                words,
                percentiles: match percentiles {
                    Ok([p50, p95, p99]) => Ok([format::headline(p50), format::figure(p95), format::headline(p99)]),
                    Err(why) => Err(why.clone()),
                },
                served_by: served_by.to_owned(),
            });
        };
        let served_by = place(population.served_by.as_ref());
        for OperationLatency { operation, percentiles } in &population.operations {
            // Of calls to some of the backends only the numbers are of interest.
            if percentiles.is_ok() || !operation.is_part() {
                add(What::Now(*operation), operation.label().to_owned(), percentiles, &served_by);
            }
        }
        for publish in population.publish.iter().filter(|_| population.publish.len() > 1) {
            let words = format!("Live in {}", design.name_of(&publish.region));
            add(What::Published(publish.region.clone()), words, &publish.percentiles, "");
        }
        let Some(failover) = &population.failover else { continue };
        let served_by = format!("{}, {} lost", place(failover.served_by.as_ref()), design.name_of(&failover.lost));
        for OperationLatency { operation, percentiles } in &failover.operations {
            let words = format!("{}, failed over", operation.label());
            add(What::WhenLost(*operation), words, percentiles, &served_by);
        }
    }
    rows
}

/// What the tab remembers.
#[derive(Default)]
pub struct LatencyTab {
    rows: Memo<(DesignKey, AnalysisKey), Vec<Row>>,
}

impl LatencyTab {
    /// Draws the table.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>) {
        let Some(analysis) = cx.state.analysis.clone() else {
            super::empty(ui, cx.palette, "Latency is being estimated…");
            return;
        };
        let design = cx.state.shown().clone();
        let key = (DesignKey::of(cx.state), AnalysisKey::of(cx.state));
        let rows = self.rows.get(key, || rows(&design, &analysis));
        if rows.is_empty() {
            super::empty(ui, cx.palette, "Draw users to see how long their calls take.");
            return;
        }
        if !cx.state.analysis_is_current() {
            ui.multiply_opacity(0.55);
        }
        let palette = cx.palette;
        let (ink, weak) = (theme::color(palette.text), theme::color(palette.text_weak));
        egui::ScrollArea::horizontal().id_salt("latency").auto_shrink(false).show(ui, |ui| {
            ui.set_min_width(WIDTH.max(ui.available_width()));
            ui.spacing_mut().item_spacing.x = 0.0;
            let table = TableBuilder::new(ui)
                .id_salt("latency")
                .auto_shrink(false)
                .cell_layout(egui::Layout::left_to_right(Align::Center))
                .column(Column::exact(8.0))
                .column(Column::exact(168.0).clip(true))
                .column(Column::exact(176.0).clip(true))
                .column(Column::exact(72.0))
                .column(Column::exact(144.0))
                .column(Column::exact(72.0))
                .column(Column::exact(16.0))
                .column(Column::remainder().at_least(80.0).clip(true));
            table
                .header(24.0, |mut row| {
                    row.col(|_| {});
                    row.col(|ui| column_head(ui, palette, "Population", Align::Min));
                    row.col(|ui| column_head(ui, palette, "Operation", Align::Min));
                    for name in PERCENTILES {
                        row.col(|ui| column_head(ui, palette, name, Align::Max));
                    }
                    row.col(|_| {});
                    row.col(|ui| column_head(ui, palette, "Served by", Align::Min));
                })
                .body(|body| {
                    body.rows(ROW, rows.len(), |mut table_row| {
                        let Some(row) = rows.get(table_row.index()) else { return };
                        table_row.set_overline(!row.name.is_empty());
                        table_row.col(|_| {});
                        table_row.col(|ui| cell_text(ui, &row.name, ink, true, Align::Min));
                        table_row.col(|ui| cell_text(ui, &row.words, ink, false, Align::Min));
                        match &row.percentiles {
                            Ok(percentiles) => {
                                for (rank, words) in percentiles.iter().enumerate() {
                                    table_row.col(|ui| {
                                        let name = PERCENTILES.get(rank).copied().unwrap_or_default();
                                        let about = format!("{name} {} {}", row.words, design.name_of(&row.population));
                                        if cell_figure(ui, palette, words, &about, rank == 1) {
                                            let population = row.population.clone();
                                            *cx.explain = Some(match &row.what {
                                                What::Now(operation) => Subject::Latency(population, *operation, rank),
                                                What::Published(region) => {
                                                    Subject::Published(population, region.clone(), rank)
                                                }
                                                What::WhenLost(operation) => {
                                                    Subject::WhenLost(population, *operation, rank)
                                                }
                                            });
                                        }
                                    });
                                }
                                table_row.col(|_| {});
                                table_row.col(|ui| cell_text(ui, &row.served_by, weak, false, Align::Min));
                            }
                            Err(why) => {
                                for _ in PERCENTILES {
                                    table_row.col(|ui| cell_text(ui, format::NONE, weak, false, Align::Max));
                                }
                                table_row.col(|_| {});
                                table_row.col(|ui| cell_text(ui, why, weak, false, Align::Min));
                            }
                        }
                    });
                });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::history::Revision;
    use crate::estimate::{Derivation, Estimates, PopulationLatency, Quality, Unit};
    use crate::rules::pattern::{Pattern, Recognition};

    #[test]
    fn an_operation_without_a_number_shows_its_reason() {
        let figure = |v: f64| Figure {
            value: v,
            low: v * 0.9,
            high: v * 1.1,
            unit: Unit::Ms,
            derivation: Derivation::input("x", v, Unit::Ms, Quality::Given, ""),
        };
        let population = PopulationLatency {
            population: Id::slug("users"),
            served_by: None,
            operations: vec![
                OperationLatency {
                    operation: Operation::ApiCall,
                    percentiles: Ok([figure(40.0), figure(84.0), figure(120.0)]),
                },
                OperationLatency { operation: Operation::ApiCallLocal, percentiles: Err("no backend".into()) },
                OperationLatency { operation: Operation::TokenIssue, percentiles: Err("no key manager".into()) },
            ],
            publish: Vec::new(),
            failover: None,
        };
        let analysis = Analysis {
            of: Revision::default(),
            recognition: Recognition {
                pattern: Pattern::None,
                reasons: Vec::new(),
                regions: Vec::new(),
                missing: Vec::new(),
            },
            check: crate::rules::CheckReport::default(),
            estimates: Estimates { latency: vec![population], ..Estimates::default() },
        };
        let rows = rows(&Design::default(), &analysis);
        let shown: Vec<_> = rows.iter().map(|r| (r.name.as_str(), r.percentiles.clone())).collect();
        let numbers = ["40 ms".to_owned(), "84 ms (76–92)".to_owned(), "120 ms".to_owned()];
        assert_eq!(shown, [("users", Ok(numbers)), ("", Err("no key manager".to_owned()))]);
    }
}

//! The advisor: an interview about each region at the left, what follows from the answers at the right.
//!
//! The window stands beside the drawing and changes nothing by itself; its buttons draw a new design, add a region to
//! the open one, or keep a decision.

mod interview;
mod verdict;

use std::sync::Arc;

use egui::{Align, Layout, Ui, Window, vec2};

use crate::advisor::generate::{self, MAX_PLANNED_REGIONS, Plan, PlanError, PlannedRegion};
use crate::advisor::{Advice, DocumentedPattern, advise_on};
use crate::app::{Msg, State, theme};
use crate::design::edit::{Edit, Op};
use crate::design::{Id, Meta, ProductVersion, RegionRole, Requirements, Site, commands};

use super::dialogs::{buttons, primary, secondary};

/// Largest size of what stands in the window, points.
const WIDTH: f32 = 940.0;
const HEIGHT: f32 = 620.0;
/// Load of a region nobody has said anything about, calls a second.
const USUAL_RPS: f64 = 500.0;

/// Where new regions are until somebody says where, with their ids at AWS.
const PLACES: [(&str, &str); 5] = [
    ("Mumbai", "ap-south-1"),
    ("N. Virginia", "us-east-1"),
    ("Singapore", "ap-southeast-1"),
    ("Sao Paulo", "sa-east-1"),
    ("Sydney", "ap-southeast-2"),
];

/// A region asked about.
#[derive(Debug)]
struct Row {
    /// Its id, when it stands in the open design.
    existing: Option<Id>,
    planned: PlannedRegion,
    /// The load as typed.
    load: String,
    /// What was typed to find its place.
    query: String,
}

impl Row {
    fn new(name: &str, site: Site) -> Self {
        let planned = PlannedRegion { requests_per_s: Some(USUAL_RPS), ..PlannedRegion::new(name, site) };
        Self { existing: None, planned, load: USUAL_RPS.to_string(), query: String::new() }
    }

    /// The load, or what is wrong with it. Empty means that there are no users.
    fn load(&self) -> Result<Option<f64>, &'static str> {
        match self.load.trim().replace(',', "").as_str() {
            "" => Ok(None),
            text => match text.parse::<f64>() {
                Ok(rps) if rps.is_finite() && rps >= 0.0 => Ok(Some(rps)),
                _ => Err("The load is a number of calls a second"),
            },
        }
    }

    /// The region as planned, or what is missing.
    fn planned(&self) -> Result<PlannedRegion, &'static str> {
        if self.planned.name.trim().is_empty() {
            return Err("Give the region a name");
        }
        Ok(PlannedRegion { requests_per_s: self.load()?, ..self.planned.clone() })
    }
}

/// The answers given so far; they stay while the window is closed.
#[derive(Debug)]
pub(super) struct Advisor {
    pub(super) open: bool,
    /// The document the rows were taken from: its serial when it was opened, if one is open.
    about: Option<u64>,
    version: ProductVersion,
    rows: Vec<Row>,
    selected: usize,
    owner: String,
    /// Whether the window has just appeared and wants the keyboard.
    fresh: bool,
}

impl Default for Advisor {
    fn default() -> Self {
        Self {
            open: false,
            about: None,
            version: Meta::default().product_version,
            rows: Vec::new(),
            selected: 0,
            owner: String::new(),
            fresh: false,
        }
    }
}

/// What a button of the window asks for.
enum Wish {
    Generate,
    Extend,
    Keep,
}

impl Advisor {
    /// Opens the window, or closes it.
    pub(super) fn toggle(&mut self) {
        self.open = !self.open;
        self.fresh = self.open;
    }

    /// Shows the window.
    pub(super) fn show(&mut self, ui: &Ui, state: &State, msgs: &mut Vec<Msg>) {
        self.follow(state);
        let room = ui.ctx().content_rect().size();
        let size = vec2(WIDTH.min(room.x - 64.0), HEIGHT.min(room.y - 128.0));
        let mut open = self.open;
        Window::new(egui::RichText::new("Advisor").font(theme::strong_font(theme::SIZE_BODY)))
            .id(egui::Id::new("advisor"))
            .open(&mut open)
            .collapsible(false)
            .resizable(false)
            .pivot(egui::Align2::CENTER_CENTER)
            .default_pos(ui.ctx().content_rect().center())
            .show(ui.ctx(), |ui| {
                ui.set_width(size.x);
                self.content(ui, size.y, state, msgs);
            });
        self.open &= open;
        self.fresh = false;
    }

    fn content(&mut self, ui: &mut Ui, height: f32, state: &State, msgs: &mut Vec<Msg>) {
        let top = ui.cursor().top();
        self.tabs_ui(ui);
        ui.separator();
        let whole = whole(state);
        let version = self.version;
        let left = (height - (ui.cursor().top() - top) - 56.0).max(120.0);
        let width = ui.available_width();
        let asked = if width > 800.0 { width * 0.52 } else { width * 0.55 };
        let down = Layout::top_down(Align::Min);
        // The columns get a height of their own, or the line between them would be as high as the window can grow.
        let columns = ui.allocate_ui_with_layout(vec2(width, left), Layout::left_to_right(Align::Min), |ui| {
            ui.allocate_ui_with_layout(vec2(asked, left), down, |ui| {
                ui.set_width(asked);
                self.interview_ui(ui, left, &whole, state);
            });
            ui.separator();
            let row = self.rows.get(self.selected)?;
            let advice = advise_on(&row.planned.answers.over(&whole), version);
            ui.allocate_ui_with_layout(vec2(ui.available_width(), left), down, |ui| {
                ui.set_width(ui.available_width());
                self.verdict_ui(ui, left, &advice);
            });
            Some(advice)
        });
        let advice = columns.inner;
        let Some(advice) = advice else { return };
        let wish = self.buttons_ui(ui, &advice, state);
        if let Some(wish) = wish {
            self.grant(&wish, &advice, state, msgs);
        }
    }

    fn buttons_ui(&self, ui: &mut Ui, advice: &Advice, state: &State) -> Option<Wish> {
        let row = self.rows.get(self.selected)?;
        let ready = row.planned().map(drop);
        let decided = match row.planned.pattern(advice) {
            Ok(_) => ready,
            Err(_) => Err("The answers contradict each other: withdraw one, or choose a pattern"),
        };
        let opened = if state.open { decided } else { Err("Open a design or generate one first") };
        let extend = match (&row.existing, opened) {
            (Some(_), _) => Err("This region stands in the design already"),
            (None, opened) => opened,
        };
        let all = self.rows.iter().try_for_each(|r| r.planned().map(drop));
        buttons(ui, |ui| {
            let mut wish = None;
            if primary(ui, "Generate design", all, false).clicked() {
                wish = Some(Wish::Generate);
            }
            if primary(ui, "Add region to this design", extend, false).clicked() {
                wish = Some(Wish::Extend);
            }
            ui.add_enabled_ui(opened.is_ok(), |ui| {
                let keep =
                    secondary(ui, "Keep as decision").on_hover_text("Write the decision into the design, draw nothing");
                if keep.clicked() {
                    wish = Some(Wish::Keep);
                }
            });
            if let Err(why) = all.and(decided) {
                ui.add(egui::Label::new(egui::RichText::new(why).weak()).truncate());
            }
            wish
        })
    }

    fn grant(&mut self, wish: &Wish, advice: &Advice, state: &State, msgs: &mut Vec<Msg>) {
        let asked = match wish {
            Wish::Generate => self.generate(state, msgs),
            Wish::Extend => self.extend(state, msgs),
            Wish::Keep => self.keep(advice, state, msgs),
        };
        if let Err(error) = asked {
            msgs.push(Msg::Toast(format!("Nothing was drawn: {error}")));
        }
    }

    /// Asks for a new design with all regions.
    fn generate(&mut self, state: &State, msgs: &mut Vec<Msg>) -> Result<(), PlanError> {
        let regions: Vec<PlannedRegion> = self.rows.iter().filter_map(|r| r.planned().ok()).collect();
        let plan = Plan {
            name: regions.iter().map(|r| r.name.as_str()).collect::<Vec<_>>().join(", "),
            product_version: self.version,
            requirements: whole(state),
            regions,
            owner: self.owner.clone(),
            date: state.today,
        };
        let design = generate::generate(&plan, state.books)?;
        self.open = false;
        msgs.push(Msg::NewDesign(Arc::new(design)));
        Ok(())
    }

    /// Asks for the selected region in the open design.
    fn extend(&mut self, state: &State, msgs: &mut Vec<Msg>) -> Result<(), PlanError> {
        let Some(row) = self.rows.get_mut(self.selected) else { return Ok(()) };
        let Ok(planned) = row.planned() else { return Ok(()) };
        let design = state.doc.design();
        let edit = generate::extend(design, &planned, &self.owner, state.today, state.books)?;
        let new = new_region(&edit, |id| !design.regions.contains_key(id));
        row.existing.clone_from(&new);
        msgs.push(Msg::Edit(edit));
        msgs.extend(new.map(|id| Msg::Reveal(vec![id])));
        Ok(())
    }

    /// Asks for a record of the decision.
    fn keep(&self, advice: &Advice, state: &State, msgs: &mut Vec<Msg>) -> Result<(), PlanError> {
        let Some(row) = self.rows.get(self.selected) else { return Ok(()) };
        let chosen = row.planned.pattern(advice)?;
        let name = &row.planned.name;
        let decision = generate::decision(row.existing.as_ref(), name, advice, chosen, &self.owner, state.today);
        let mut meta = Meta::clone(&state.doc.design().meta);
        meta.decisions.push(decision);
        msgs.push(Msg::Edit(commands::set_meta(format!("Keep the decision about {name}"), meta)));
        msgs.push(Msg::Select(Vec::new()));
        msgs.push(Msg::Toast(format!("The decision about {name} is kept with the design")));
        Ok(())
    }

    /// Takes over what is open now. Answers about regions that are still there stay.
    fn follow(&mut self, state: &State) {
        let about = state.open.then_some(state.opened_serial);
        let design = state.doc.design();
        if self.about != about || self.rows.is_empty() {
            self.about = about;
            self.version = design.meta.product_version;
            self.owner = design.meta.decisions.last().map(|d| d.owner.clone()).unwrap_or_default();
            self.rows.clear();
            if !state.open || design.regions.is_empty() {
                self.rows.push(Row::new("Frankfurt", Site::cloud("aws", "eu-central-1")));
            }
        }
        if state.open {
            self.version = design.meta.product_version;
            self.rows.retain(|r| r.existing.as_ref().is_none_or(|id| design.regions.contains_key(id)));
            let known = |id: &Id, rows: &[Row]| rows.iter().any(|r| r.existing.as_ref() == Some(id));
            for (id, region) in &design.regions {
                if !known(id, &self.rows) {
                    let at = self.rows.iter().take_while(|r| r.existing.is_some()).count();
                    let mut row = Row::new(&region.name, region.site.clone());
                    row.existing = Some(id.clone());
                    row.planned.answers = region.requirements.clone();
                    let is_sub = region.role == RegionRole::Sub;
                    row.planned.chosen =
                        Some(if is_sub { DocumentedPattern::Pattern2 } else { DocumentedPattern::Pattern1 });
                    // The main region leads, as it does in a plan.
                    let at = if region.role == RegionRole::Main { 0 } else { at };
                    self.rows.insert(at, row);
                }
            }
        }
        if self.rows.iter().all(|r| r.existing.is_some()) || self.rows.len() == 1 {
            self.add_row();
        }
        self.selected = self.selected.min(self.rows.len() - 1);
    }

    /// Asks about one more new region, at a place nobody asks about yet.
    fn add_row(&mut self) {
        let free = PLACES.iter().find(|(name, _)| !self.rows.iter().any(|r| r.planned.name == *name));
        let (name, region) = free.copied().unwrap_or(("New region", "eu-west-1"));
        self.rows.push(Row::new(name, Site::cloud("aws", region)));
        self.selected = self.rows.len() - 1;
    }

    fn can_add(&self) -> bool {
        self.rows.len() < MAX_PLANNED_REGIONS
    }
}

/// Answers that hold for every region.
fn whole(state: &State) -> Requirements {
    if state.open { state.doc.design().meta.requirements.clone() } else { Requirements::default() }
}

/// The region that an edit adds.
fn new_region(edit: &Edit, is_new: impl Fn(&Id) -> bool) -> Option<Id> {
    edit.ops.iter().find_map(|op| match op {
        Op::Region(id, Some(_)) if is_new(id) => Some(id.clone()),
        _ => None,
    })
}

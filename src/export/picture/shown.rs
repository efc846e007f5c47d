//! What a picture shows besides the elements themselves: findings, estimates, and what follows from failures.

use crate::design::Failures;
use crate::export::{Options, Source, Theme};
use crate::failure::Outcome;
use crate::failure::impact::{Impact, impact};
use crate::failure::matrix::Table;
use crate::picture::badge;
use crate::picture::drawing::Layers;
use crate::picture::effects::{self, Effects};
use crate::picture::look::{Detail, Look, View};
use crate::picture::palette::{DARK, LIGHT, Palette};

/// A state of affairs of a design, ready to be drawn.
pub(super) struct Shown<'a> {
    pub source: &'a Source<'a>,
    pub options: &'a Options,
    /// What has failed, as far as it is drawn.
    pub failures: Failures,
    under: Option<Under>,
}

/// What follows from failures.
struct Under {
    outcome: Outcome,
    impact: Impact,
    effects: Effects,
}

impl<'a> Shown<'a> {
    /// The design while these have failed.
    pub(super) fn of(source: &'a Source<'a>, options: &'a Options, failures: &Failures) -> Self {
        let (design, analysis) = (source.design, source.analysis);
        let failures: Failures =
            failures.iter().filter(|failure| failure.missing_in(design).is_none()).cloned().collect();
        let under = (!failures.is_empty()).then(|| {
            let model = &analysis.failure;
            let outcome = model.outcome(design, &failures);
            let impact = impact(design, source.books, model, &outcome, &analysis.estimates);
            let effects = Effects::of(design, model, &analysis.healthy, &outcome);
            Under { outcome, impact, effects }
        });
        Self { source, options, failures, under }
    }

    /// The colours.
    pub(super) fn palette(&self) -> &'static Palette {
        match self.options.theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    /// Everything in full detail.
    pub(super) fn look(&self, view: View) -> Look {
        Look { palette: self.palette(), view, detail: Detail::Near }
    }

    /// What lies over the elements. `marks` says whether findings do.
    pub(super) fn layers(&self, marks: bool) -> Layers<'_> {
        let analysis = self.source.analysis;
        let figures = self.under.as_ref().filter(|_| self.options.estimates);
        Layers {
            badges: if marks {
                badge::by_element(self.source.design, &analysis.check.findings)
            } else {
                Default::default()
            },
            estimates: self.options.estimates.then_some(&analysis.estimates),
            effects: self.under.as_ref().map(|under| &under.effects),
            figures: figures.map(|under| effects::figures(&under.impact)).unwrap_or_default(),
        }
    }

    /// How every capability stands everywhere.
    pub(super) fn matrix(&self) -> Table {
        let healthy = &self.source.analysis.healthy;
        let (outcome, impact) = match &self.under {
            Some(under) => (&under.outcome, Some(&under.impact)),
            None => (&**healthy, None),
        };
        Table::of(self.source.design, healthy, outcome, impact, false)
    }

    /// Design and product version, the line at the foot of every picture.
    pub(super) fn legend(&self) -> String {
        let meta = &self.source.design.meta;
        format!("{} · WSO2 API Manager {}", meta.name, meta.product_version)
    }
}

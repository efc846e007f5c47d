//! What holds for the deployment and cannot be drawn.

use egui::Ui;

use crate::app::panels::Cx;
use crate::app::panels::fields::NumberSpec;
use crate::design::Practices;

use super::{section, shared};

const REGIONS: NumberSpec = NumberSpec::whole("regions", 1.0, 1_000.0);
const MILLISECONDS: NumberSpec = NumberSpec::real("ms", 0.0, 60_000.0, 5.0);

/// A practice that is followed or not.
struct Practice {
    words: &'static str,
    about: &'static str,
    get: fn(&Practices) -> bool,
    set: fn(&mut Practices, bool),
}

const PRACTICES: [Practice; 6] = [
    Practice {
        words: "Webhook APIs",
        about: "APIs push events to subscribers (WebSub); in Pattern 1 they need a publisher of their own (B9).",
        get: |p| p.webhook_apis,
        set: |p, on| p.webhook_apis = on,
    },
    Practice {
        words: "Secondary user stores",
        about: "Users come from more stores than the primary one. Their definitions are files that nodes and regions \
                must share (B17, D10).",
        get: |p| p.secondary_user_stores,
        set: |p, on| p.secondary_user_stores = on,
    },
    Practice {
        words: "Burst and backend limits",
        about: "Burst control or limits of the backend are used. Without shared counters every gateway node counts \
                for itself (D11).",
        get: |p| p.burst_limits,
        set: |p, on| p.burst_limits = on,
    },
    Practice {
        words: "Gateways start in turn",
        about: "No more than ten gateways are started at a time, whatever their number (D13).",
        get: |p| p.gateways_start_in_turn,
        set: |p, on| p.gateways_start_in_turn = on,
    },
    Practice {
        words: "Planned backups",
        about: "Databases and servers are backed up, and getting them back is practised (H21).",
        get: |p| p.backups_planned,
        set: |p, on| p.backups_planned = on,
    },
    Practice {
        words: "Callbacks for all hosts",
        about: "The login callbacks of the portals accept the host names of every region (H20).",
        get: |p| p.callbacks_for_all_hosts,
        set: |p, on| p.callbacks_for_all_hosts = on,
    },
];

/// Draws the practices, folded at first.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, owner: &str, practices: &Practices) {
    let mut each: Vec<bool> = PRACTICES.iter().map(|p| (p.get)(practices)).collect();
    each.extend([practices.sequences_for_regions.is_some(), practices.max_rtt_ms.is_some()]);
    section::show(ui, cx.palette, "Practices", &section::set(&each), |ui| {
        let state = cx.state;
        let mut form = shared::form(cx, owner);
        for practice in &PRACTICES {
            if let Some(on) = form.toggle(ui, (practice.words, practice.about), (practice.get)(practices)) {
                let what = shared::within(practice.words);
                shared::edit_meta(state, form.msgs, &what, false, |m| (practice.set)(&mut m.practices, on));
            }
        }
        let about = "Number of regions the key sequences of the databases were made for; more regions than that \
                     would deal out the same keys twice (B15). Empty before the first deployment.";
        let model = practices.sequences_for_regions.map(f64::from);
        if let Some(regions) = form.optional_number(ui, ("Keys dealt out for", about), model, "", REGIONS, true) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the field keeps it within range"
            )]
            let regions = regions.map(|n| n as u32);
            let what = "regions that keys are dealt out for";
            shared::edit_meta(state, form.msgs, what, true, |m| m.practices.sequences_for_regions = regions);
        }
        let about = "Longest round trip you accept between linked regions. The vendor publishes no limit (F1).";
        let model = practices.max_rtt_ms;
        if let Some(ms) = form.optional_number(ui, ("Longest round trip", about), model, "no limit", MILLISECONDS, true)
        {
            shared::edit_meta(state, form.msgs, "longest round trip", true, |m| m.practices.max_rtt_ms = ms);
        }
    });
}

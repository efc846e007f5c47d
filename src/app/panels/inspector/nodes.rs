//! What an administrator sets on the nodes of a group.

use egui::Ui;

use crate::app::panels::Cx;
use crate::app::panels::fields::NumberSpec;
use crate::design::{Component, Design, Id, Kind, NodeSettings, Packaging, ProductVersion};

use super::{section, shared};

const HEAP: NumberSpec = NumberSpec::real("GiB", 0.0, 65_536.0, 0.5);

/// A setting in words.
struct TextSetting {
    words: &'static str,
    about: &'static str,
    /// Words in an empty field: what holds then.
    usual: &'static str,
    /// Kinds whose nodes have it.
    of: fn(Kind) -> bool,
    get: fn(&NodeSettings) -> &String,
    set: fn(&mut NodeSettings, String),
}

const TEXTS: [TextSetting; 6] = [
    TextSetting {
        words: "Host name",
        about: "Name at which it is reached; {n} stands for the number of the node, as in cp{n}.eu.example.com. All \
                exported files use it.",
        usual: "by the export",
        of: |kind| kind != Kind::Users,
        get: |s| &s.host,
        set: |s, text| s.host = text,
    },
    TextSetting {
        words: "Time zone",
        about: "Time zone of the machines. UTC is recommended for all database work: a change to summer time can \
                break the issue of tokens (A47).",
        usual: "UTC",
        of: |kind| kind.is_product_node() || kind == Kind::Database,
        get: |s| &s.time_zone,
        set: |s, text| s.time_zone = text,
    },
    TextSetting {
        words: "Keystore",
        about: "Name of the primary keystore. All nodes need the same one to read each other's registry entries (A43).",
        usual: "the common one",
        of: Kind::is_product_node,
        get: |s| &s.keystore,
        set: |s, text| s.keystore = text,
    },
    TextSetting {
        words: "Encryption key",
        about: "Name of the symmetric key for internal secrets. From 4.7 all nodes need the same one (A42).",
        usual: "the common one",
        of: Kind::is_product_node,
        get: |s| &s.encryption_key,
        set: |s, text| s.encryption_key = text,
    },
    TextSetting {
        words: "Cache domain",
        about: "Domain within which control planes empty each other's caches; it belongs inside one region (D2, D15).",
        usual: "none",
        of: Kind::has_control_plane,
        get: |s| &s.cache_domain,
        set: |s, text| s.cache_domain = text,
    },
    TextSetting {
        words: "Portal host",
        about: "Host name under which people reach these portals; login callbacks must accept it (H20).",
        usual: "one for all",
        of: Kind::has_control_plane,
        get: |s| &s.portal_host,
        set: |s, text| s.portal_host = text,
    },
];

/// Draws the settings, folded at first; nothing for kinds that have none.
pub fn show(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, id: &Id, c: &Component) {
    let kind = c.kind();
    if !TEXTS.iter().any(|t| (t.of)(kind)) {
        return;
    }
    let s = &c.settings;
    let mut each: Vec<bool> = TEXTS.iter().filter(|t| (t.of)(kind)).map(|t| !(t.get)(s).is_empty()).collect();
    if kind.is_product_node() {
        each.extend([s.product_version.is_some(), s.packaging != Packaging::ByVersion, s.heap_gib.is_some()]);
    }
    if kind.has_control_plane() {
        each.push(s.token_cleanup_off);
    }
    section::show(ui, cx.palette, "On the nodes", &section::set(&each), |ui| {
        if kind.is_product_node() {
            product_ui(ui, cx, design, id, s);
        }
        texts_ui(ui, cx, id, kind, s);
        if kind.has_control_plane() {
            let state = cx.state;
            let form = shared::form(cx, id.as_str());
            let about = "Expired revoked tokens are cleaned up by other nodes. Where a region leaves it to another, \
                         the clean-up does not disturb the replication of the databases (H15).";
            if let Some(off) = form.toggle(ui, ("Leaves token clean-up", about), s.token_cleanup_off) {
                let what = "token clean-up";
                shared::edit_component(state, form.msgs, id, what, false, |c| c.settings.token_cleanup_off = off);
            }
        }
    });
}

/// Version, packaging and heap.
fn product_ui(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, id: &Id, s: &NodeSettings) {
    let state = cx.state;
    let mut form = shared::form(cx, id.as_str());
    let all: Vec<Option<ProductVersion>> =
        std::iter::once(None).chain(ProductVersion::ALL.into_iter().map(Some)).collect();
    let name = |v: Option<ProductVersion>| {
        v.map_or_else(|| format!("As the design, {}", design.meta.product_version), |v| v.to_string())
    };
    let about = "Version on these nodes where it differs from the design's, for instance during an upgrade. Tools that \
                 carry APIs between environments want the same version on both sides (H23).";
    if let Some(version) = form.choice(ui, ("Version", about), s.product_version, &all, name) {
        shared::edit_component(state, form.msgs, id, "version", false, |c| c.settings.product_version = version);
    }
    let about =
        "Up to 4.4 one pack is started with a profile (A1); from 4.5 each role has a distribution of its own (A2).";
    let name = |p: Packaging| p.label().to_owned();
    if let Some(packaging) = form.choice(ui, ("Installed as", about), s.packaging, &Packaging::ALL, name) {
        shared::edit_component(state, form.msgs, id, "packaging", false, |c| c.settings.packaging = packaging);
    }
    let about =
        "Memory of the Java process. The product is delivered with 2 GiB; the system needs as much again (E1, E2).";
    if let Some(heap) = form.optional_number(ui, ("Java heap", about), s.heap_gib, "2", HEAP, true) {
        shared::edit_component(state, form.msgs, id, "Java heap", true, |c| c.settings.heap_gib = heap);
    }
}

fn texts_ui(ui: &mut Ui, cx: &mut Cx<'_>, id: &Id, kind: Kind, s: &NodeSettings) {
    let state = cx.state;
    let mut form = shared::form(cx, id.as_str());
    for setting in TEXTS.iter().filter(|t| (t.of)(kind)) {
        let caption = (setting.words, setting.about);
        if let Some(typed) = form.text(ui, caption, (setting.get)(s), setting.usual, false) {
            let text = if typed.trim().is_empty() { String::new() } else { typed };
            let what = shared::within(setting.words);
            shared::edit_component(state, form.msgs, id, &what, true, |c| (setting.set)(&mut c.settings, text));
        }
    }
}

//! Designs to start from: one of each documented deployment, compiled in.
//!
//! The files under `assets/templates/` are ordinary designs in canonical form, laid out by hand.

use crate::design::Design;
use crate::design::file;

/// A design to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Template {
    /// Name on the command line.
    pub id: &'static str,
    /// Name shown to people.
    pub title: &'static str,
    /// One line on what it is for.
    pub about: &'static str,
    ron: &'static str,
}

/// Pattern 2 comes first: it is what most new regional deployments begin with (facts B20, B33).
const ALL: [Template; 4] = [
    Template {
        id: "pattern-2",
        title: "Pattern 2: main and sub regions",
        about: "One region with the control plane, two that only serve traffic near users and backends",
        ron: include_str!("../assets/templates/pattern-2.ron"),
    },
    Template {
        id: "pattern-1",
        title: "Pattern 1: replicated regions",
        about: "Two complete regions with replicated databases; each survives without the other",
        ron: include_str!("../assets/templates/pattern-1.ron"),
    },
    Template {
        id: "simple-scalable",
        title: "Simple scalable",
        about: "One region: a pair of all-in-one nodes, and gateways that scale on their own",
        ron: include_str!("../assets/templates/simple-scalable.ron"),
    },
    Template {
        id: "all-in-one-ha",
        title: "All-in-one, highly available",
        about: "One region: two identical all-in-one nodes behind a balancer, for moderate traffic",
        ron: include_str!("../assets/templates/all-in-one-ha.ron"),
    },
];

/// All templates, in the order in which they are offered.
#[must_use]
pub fn all() -> &'static [Template] {
    &ALL
}

/// The template with this id.
#[must_use]
pub fn get(id: &str) -> Option<&'static Template> {
    all().iter().find(|t| t.id == id)
}

impl Template {
    /// A fresh copy of the template's design.
    #[must_use]
    pub fn design(&self) -> Design {
        // The text is compiled in and a test reads every one, so the empty design is never seen.
        file::from_ron(self.ron, self.id).unwrap_or_default()
    }

    /// The template as the text of a design file, in canonical form.
    #[must_use]
    pub fn ron(&self) -> &'static str {
        self.ron
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_a_design_in_canonical_form() {
        for template in all() {
            let read = file::from_ron(template.ron, template.id);
            let design = read.unwrap_or_else(|e| panic!("{e}"));
            assert!(!design.is_empty());
            assert_eq!(file::to_ron(&design).unwrap(), template.ron, "{} is not canonical", template.id);
            assert_eq!(get(template.id), Some(template));
        }
        assert_eq!(get("no such template"), None);
    }
}

//! The keys that each chart knows: our own list, read off the charts' defaults and off what their templates ask for.
//! The charts have no schema (S28), and a key that a chart does not know is ignored without a word, so every key we
//! write is looked up here first.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::charts::{Branch, Chart};

/// Chart, path, type and where it was found, by tabs, with a header.
fn table(branch: Branch) -> &'static str {
    match branch {
        Branch::V4_5 => include_str!("../../../assets/helm/keys-4.5.tsv"),
        Branch::V4_6 => include_str!("../../../assets/helm/keys-4.6.tsv"),
        Branch::V4_7 => include_str!("../../../assets/helm/keys-4.7.tsv"),
    }
}

/// The keys of one chart on one branch.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Type by path: `str`, `bool`, `int`, `list`, `map`, `null` or `any`.
    types: BTreeMap<&'static str, &'static str>,
}

impl Keys {
    /// The keys of `chart` on `branch`.
    #[must_use]
    pub fn of(branch: Branch, chart: Chart) -> Self {
        let row = |line: &'static str| {
            let mut cells = line.split('\t');
            match (cells.next(), cells.next(), cells.next()) {
                (Some(of), Some(path), Some(kind)) if of == chart.name() => Some((path, kind)),
                _ => None,
            }
        };
        Self { types: table(branch).lines().skip(1).filter_map(row).collect() }
    }

    /// Whether the chart reads this path, written with dots; keys of the entries of a list follow `[]`. Below a map or
    /// a list whose entries are free, everything is known.
    #[must_use]
    pub fn knows(&self, path: &str) -> bool {
        let entries = path.strip_suffix("[]").is_some_and(|list| self.types.get(list) == Some(&"list"));
        entries || self.types.contains_key(path) || self.is_free(path) || self.is_parent(path)
    }

    fn is_free(&self, path: &str) -> bool {
        let mut above = path;
        while let Some((parent, _)) = above.rsplit_once('.') {
            let free = |path: &str| matches!(self.types.get(path), Some(&("map" | "list")));
            if free(parent) || parent.strip_suffix("[]").is_some_and(free) {
                return true;
            }
            above = parent;
        }
        false
    }

    /// Whether other keys stand below it, such as a list of entries with keys of their own.
    fn is_parent(&self, path: &str) -> bool {
        let below = |text: &str| text.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '[']));
        let after = self.types.range::<str, _>((Bound::Included(path), Bound::Unbounded));
        after.take_while(|(key, _)| key.starts_with(path)).any(|(key, _)| below(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chart_of_every_branch_has_keys() {
        for branch in Branch::ALL {
            for chart in Chart::ALL {
                let keys = Keys::of(branch, chart);
                assert!(keys.types.len() > 100, "{branch:?} {chart:?}");
                assert!(keys.knows("wso2.apim.configurations.userStore.properties"), "{branch:?} {chart:?}");
                assert!(!keys.knows("wso2.apim.configuration.userStore"), "{branch:?} {chart:?}");
            }
        }
    }

    #[test]
    fn differences_of_the_branches_are_known() {
        let knows = |branch, chart, path: &str| Keys::of(branch, chart).knows(path);
        let key = "wso2.apim.configurations.existingSecret.encryptionKeyKey";
        assert_eq!(Branch::ALL.map(|b| knows(b, Chart::ControlPlane, key)), [false, false, true]);
        let labels = "wso2.apim.configurations.syncRuntimeArtifacts.gateway.labels";
        assert_eq!(Branch::ALL.map(|b| knows(b, Chart::Gateway, labels)), [false, true, true]);
        let route = "kubernetes.route.controlPlane.enabled";
        assert_eq!(Branch::ALL.map(|b| knows(b, Chart::ControlPlane, route)), [false, false, true]);
    }

    #[test]
    fn entries_of_lists_and_free_maps_are_known() {
        let keys = Keys::of(Branch::V4_7, Chart::ControlPlane);
        assert!(keys.knows("wso2.apim.configurations.gateway.environments"));
        assert!(keys.knows("wso2.apim.configurations.gateway.environments[].httpHostname"));
        assert!(!keys.knows("wso2.apim.configurations.gateway.environments[].httpHost"));
        assert!(keys.knows("kubernetes.extraVolumes[]") && keys.knows("kubernetes.extraVolumes[].secret.secretName"));
        assert!(keys.knows("kubernetes.ingress.controlPlane.annotations.any.thing"));
    }
}

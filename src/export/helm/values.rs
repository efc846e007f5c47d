//! The values of one release while they are collected: each key with why it is there.

use crate::export::bundle::{ExportFile, LineOrigin, Origin, Syntax};

use super::keys::Keys;
use super::releases::Release;
use super::yaml::{self, Yaml};

/// Where most of what configures the product stands.
const CONFIGURATIONS: &str = "wso2.apim.configurations";

/// Values for one release.
pub(super) struct Values {
    keys: Keys,
    tree: Yaml,
    /// Why each key is there, in the order in which they were set.
    origins: Vec<(String, Origin)>,
    /// Keys that were to be set and that the chart does not know.
    unknown: Vec<String>,
}

impl Values {
    /// No values yet for a chart of a branch.
    pub(super) fn of(release: &Release<'_>) -> Self {
        let keys = Keys::of(release.branch, release.chart);
        Self { keys, tree: Yaml::map([]), origins: Vec::new(), unknown: Vec::new() }
    }

    /// Sets a key of any part. A key that the chart does not know is not written, only remembered.
    pub(super) fn set(&mut self, path: &str, value: impl Into<Yaml>, origin: &Origin) {
        let value = value.into();
        if !self.knows_all(path, &value) {
            self.unknown.push(path.to_owned());
            return;
        }
        self.tree.put(path.split('.'), value);
        self.origins.push((path.to_owned(), origin.clone()));
    }

    /// Sets a key that only some branches of the chart have.
    pub(super) fn set_where_known(&mut self, path: &str, value: impl Into<Yaml>, origin: &Origin) {
        if self.keys.knows(path) {
            self.set(path, value, origin);
        }
    }

    /// Sets a key below `wso2.apim.configurations`.
    pub(super) fn configure(&mut self, key: &str, value: impl Into<Yaml>, origin: &Origin) {
        self.set(&format!("{CONFIGURATIONS}.{key}"), value, origin);
    }

    /// Sets a key below `wso2.apim.configurations` that only some branches have.
    pub(super) fn configure_where_known(&mut self, key: &str, value: impl Into<Yaml>, origin: &Origin) {
        self.set_where_known(&format!("{CONFIGURATIONS}.{key}"), value, origin);
    }

    /// Sets a key below `wso2.deployment`.
    pub(super) fn deploy(&mut self, key: &str, value: impl Into<Yaml>, origin: &Origin) {
        self.set(&format!("wso2.deployment.{key}"), value, origin);
    }

    /// Whether the chart knows a key below `wso2.apim.configurations`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.knows(&format!("{CONFIGURATIONS}.{key}"))
    }

    /// Whether the chart knows a path.
    pub(super) fn knows(&self, path: &str) -> bool {
        self.keys.knows(path)
    }

    /// Whether the chart knows the path and every key of the value below it.
    fn knows_all(&self, path: &str, value: &Yaml) -> bool {
        self.keys.knows(path)
            && match value {
                Yaml::Map(map) => map.iter().all(|(key, value)| self.knows_all(&format!("{path}.{key}"), value)),
                Yaml::List(items) => {
                    let entries = format!("{path}[]");
                    items.iter().filter(|i| matches!(i, Yaml::Map(_))).all(|item| self.knows_all(&entries, item))
                }
                _ => true,
            }
    }

    /// Keys that could not be written.
    pub(super) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// The file, with the origin of each line. Its first line says what it is for.
    pub(super) fn into_file(self, release: &Release<'_>) -> ExportFile {
        // Release, chart and branch are made of letters, digits, dots and hyphens, so this is one line of comment.
        let title = format!(
            "# Values for release {} of chart {} {}, branch {}.\n",
            release.name,
            release.chart.name(),
            release.chart.version(release.branch),
            release.branch.label()
        );
        let text = format!("{title}{}", self.tree.render());
        let places = yaml::lines(&text);
        let mut origins: Vec<LineOrigin> = Vec::new();
        for (path, origin) in self.origins {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            if let Some(&(first, last)) = places.get(&path) {
                origins.push(LineOrigin { first, last, origin });
            }
        }
        origins.sort_by_key(|o| (o.first, o.last));
        let mut file = ExportFile::text(Syntax::Yaml, text);
        file.origins = origins.into();
        file
    }
}

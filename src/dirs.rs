//! Where the program keeps what is not part of a design.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

/// Folders for settings and for work in progress; `None` where nothing may be kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dirs {
    /// Settings, such as the list of recent files.
    pub config: Option<PathBuf>,
    /// Work in progress: the recovery journal.
    pub state: Option<PathBuf>,
}

impl Dirs {
    /// The folders of the person at the desk, after the XDG base directory specification. `MERIDIAN_STATE_DIR`
    /// overrides both, so that a trial run leaves no trace among a person's settings.
    #[must_use]
    pub fn of_user() -> Self {
        if let Some(dir) = std::env::var_os("MERIDIAN_STATE_DIR").filter(|d| !d.is_empty()) {
            return Self::under(PathBuf::from(dir));
        }
        match etcetera::choose_base_strategy() {
            Ok(base) => Self {
                config: Some(base.config_dir().join("meridian")),
                state: Some(base.state_dir().unwrap_or_else(|| base.data_dir()).join("meridian")),
            },
            Err(_) => Self::default(),
        }
    }

    /// Everything in one folder.
    #[must_use]
    pub fn under(dir: PathBuf) -> Self {
        Self { config: Some(dir.clone()), state: Some(dir) }
    }
}

//! The designs that the document is compared with: what is on disk, and other files.

use std::path::Path;
use std::sync::Arc;

use egui::Context;

use crate::app::compared::{Base, Origin};
use crate::app::{Msg, State};
use crate::design::Design;
use crate::design::file::FileError;

use super::Shell;
use super::disk::{self, OnDisk};
use super::jobs::Finished;

impl Shell {
    /// Compares with the document as it is on disk; where only the disk knows that, it is read first.
    pub(super) fn compare_with_saved(&self, ctx: &Context, state: &State) -> Option<Msg> {
        if let Some(design) = self.saved_design() {
            return Some(Msg::Compare(Some(Base::new(design.clone(), Origin::Saved))));
        }
        let path = state.path.clone()?;
        self.read_base(ctx, move || disk::read(&path).map(|on_disk| (on_disk, Origin::Saved)));
        None
    }

    /// Compares with the design of a file.
    pub(super) fn compare_with_file(&self, path: &Path, ctx: &Context) {
        let mut path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.read_base(ctx, move || {
            let completed = disk::completed(&path);
            if !path.exists() && completed.exists() {
                path = completed;
            }
            disk::read(&path).map(|on_disk| (on_disk, Origin::File(path)))
        });
    }

    fn read_base(&self, ctx: &Context, read: impl FnOnce() -> Result<(OnDisk, Origin), FileError> + Send + 'static) {
        let refused = |error| Finished::BaseRead(Err(error));
        self.jobs.spawn(ctx, refused, move || {
            let base = |(on_disk, origin): (OnDisk, _)| Base::new(on_disk.design.unwrap_or_default(), origin);
            Finished::BaseRead(read().map(base))
        });
    }

    fn saved_design(&self) -> Option<&Arc<Design>> {
        self.file.on_disk.as_ref()?.design.as_ref()
    }

    /// Keeps a comparison with the last saved state true when the document is saved.
    pub(super) fn follow_saved(&self, state: &mut State) {
        let Some(base) = state.view.compared.as_ref().filter(|base| base.origin == Origin::Saved) else { return };
        if let Some(design) = self.saved_design().filter(|design| !Arc::ptr_eq(design, &base.design)) {
            state.view.compared = Some(Base::new(design.clone(), Origin::Saved));
        }
    }
}

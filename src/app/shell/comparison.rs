//! The designs that the document is compared with: what is on disk, and other files.

use std::path::Path;
use std::sync::Arc;

use egui::Context;

use crate::app::compared::{Base, Origin};
use crate::app::{Msg, State};
use crate::design::Design;
use crate::design::file::FileError;
use crate::import::toml::words::Told;

use super::Shell;
use super::disk::{self, OnDisk};
use super::import;
use super::jobs::Finished;

fn base(on_disk: OnDisk, origin: Origin) -> Arc<Base> {
    Base::new(on_disk.design.unwrap_or_default(), origin)
}

impl Shell {
    /// Compares with the document as it is on disk; where only the disk knows that, it is read first.
    pub(super) fn compare_with_saved(&mut self, ctx: &Context, state: &State) -> Option<Msg> {
        if let Some(design) = self.saved_design() {
            return Some(Msg::Compare(Some(Base::new(design.clone(), Origin::Saved))));
        }
        let path = state.path.clone()?;
        self.read_base(ctx, move || disk::read(&path).map(|on_disk| (base(on_disk, Origin::Saved), Told::new())));
        None
    }

    /// Compares with the design of a file, or with what a planner file or a folder of configuration says.
    pub(super) fn compare_with_file(&mut self, path: &Path, ctx: &Context, state: &State) {
        let mut path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let design = state.doc.design().clone();
        self.read_base(ctx, move || {
            if import::is_foreign(&path) {
                let made = import::read_against(&path, &design)?;
                return Ok((Base::new(made.design, Origin::File(path)), made.told));
            }
            let completed = disk::completed(&path);
            if !path.exists() && completed.exists() {
                path = completed;
            }
            disk::read(&path).map(|on_disk| (base(on_disk, Origin::File(path)), Told::new()))
        });
    }

    fn read_base(
        &mut self,
        ctx: &Context,
        read: impl FnOnce() -> Result<(Arc<Base>, Told), FileError> + Send + 'static,
    ) {
        self.comparisons += 1;
        let number = self.comparisons;
        let refused = move |error| Finished::BaseRead(number, Err(error));
        self.jobs.spawn(ctx, refused, move || Finished::BaseRead(number, read()));
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

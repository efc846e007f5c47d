//! The system's file chooser, on a thread of its own.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::dialogs::Purpose;
use super::jobs::Finished;

/// Nobody closes a dialog faster than this.
const TOO_FAST: Duration = Duration::from_millis(300);

/// Whether the system seems to have one: a desktop's message bus, or the `zenity` program.
pub(super) fn is_likely() -> bool {
    let on_path = |dir: PathBuf| dir.join("zenity").is_file();
    std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|v| !v.is_empty())
        || std::env::var_os("PATH").is_some_and(|p| std::env::split_paths(&p).any(on_path))
}

/// Shows it and waits for the answer.
pub(super) fn run(call: u64, purpose: Purpose, path: &Path) -> Finished {
    let (kind, ending) =
        if purpose == Purpose::ImportPlan { ("Planner file", "json") } else { ("Meridian design", "ron") };
    let mut dialog = rfd::FileDialog::new().set_title(purpose.title()).add_filter(kind, &[ending]);
    if let Some(folder) = path.parent().filter(|f| f.is_dir()) {
        dialog = dialog.set_directory(folder);
    }
    let start = Instant::now();
    let path = match purpose {
        Purpose::Open | Purpose::ImportPlan => dialog.pick_file(),
        Purpose::Compare => dialog.add_filter("Planner file", &["json"]).pick_file(),
        Purpose::Import | Purpose::CompareFolder => dialog.pick_folder(),
        Purpose::SaveAs => {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            dialog.set_file_name(name).save_file()
        }
    };
    let at_once = path.is_none() && start.elapsed() < TOO_FAST;
    Finished::Picked { call, path, at_once }
}

/// Shows it for a folder and waits for the answer.
pub(super) fn pick_folder(call: u64, folder: &Path) -> Finished {
    let mut dialog = rfd::FileDialog::new().set_title("Export to a folder");
    if let Some(there) = folder.ancestors().find(|above| above.is_dir()) {
        dialog = dialog.set_directory(there);
    }
    let start = Instant::now();
    let path = dialog.pick_folder();
    let at_once = path.is_none() && start.elapsed() < TOO_FAST;
    Finished::Picked { call, path, at_once }
}

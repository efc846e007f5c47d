//! A key manager of its own: the control plane's pack, set up as a key manager (A3, A16).

use super::{Page, common, control_plane, databases, event_hub};

/// The sheet of a key manager.
pub(super) fn write(page: &mut Page<'_, '_>) {
    if page.node.start_command.is_none() {
        page.lacks(
            "no source says how a key manager of its own is started in this version (A1); its role is left out.",
        );
    }
    common::write(page);
    databases::required(page);
    databases::local(page);
    control_plane::proxy_port(page);
    event_hub::client(page);
    control_plane::token_types(page);
    control_plane::revocation(page);
}

//! Traffic Manager.

use super::{Page, broker, common, control_plane, databases, event_hub, throttling};

/// The sheet of a traffic manager.
pub(super) fn write(page: &mut Page<'_, '_>) {
    common::write(page);
    databases::optional(page);
    control_plane::proxy_port(page);
    event_hub::client(page);
    throttling::duplicate(page);
    throttling::shared_counters(page);
    broker::write(page);
}

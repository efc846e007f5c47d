//! One icon per kind of component, from the icon font installed with the theme.

use egui_phosphor::regular as phosphor;

use crate::design::Kind;

/// The icon of a kind, as text of the proportional family.
#[must_use]
pub fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Gateway => phosphor::SIGN_IN,
        Kind::TrafficManager => phosphor::TRAFFIC_SIGNAL,
        Kind::ControlPlane => phosphor::SLIDERS_HORIZONTAL,
        Kind::KeyManager => phosphor::KEY,
        Kind::AllInOne => phosphor::CUBE,
        Kind::Database => phosphor::DATABASE,
        Kind::LoadBalancer => phosphor::ARROWS_SPLIT,
        Kind::GlobalLoadBalancer => phosphor::GLOBE_HEMISPHERE_WEST,
        Kind::Users => phosphor::USERS_THREE,
        Kind::Backend => phosphor::HARD_DRIVES,
        Kind::IdentityProvider => phosphor::IDENTIFICATION_CARD,
        Kind::Redis => phosphor::STACK,
        Kind::Analytics => phosphor::CHART_BAR,
        Kind::SharedFiles => phosphor::FOLDER_SIMPLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_can_be_told_apart_by_their_icon() {
        let mut icons = Kind::ALL.map(icon).to_vec();
        icons.sort_unstable();
        icons.dedup();
        assert_eq!(icons.len(), Kind::ALL.len());
    }
}

//! One icon per kind of component, a character of the Phosphor icon font.

use crate::design::Kind;

/// The icon of a kind, as text of the icon font.
#[must_use]
pub fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Gateway => "\u{E428}",
        Kind::TrafficManager => "\u{E9AA}",
        Kind::ControlPlane => "\u{E434}",
        Kind::KeyManager => "\u{E2D6}",
        Kind::AllInOne => "\u{E1DA}",
        Kind::Database => "\u{E1DE}",
        Kind::LoadBalancer => "\u{ED3C}",
        Kind::GlobalLoadBalancer => "\u{E28C}",
        Kind::Users => "\u{E68E}",
        Kind::Backend => "\u{E2A0}",
        Kind::IdentityProvider => "\u{E2C8}",
        Kind::Redis => "\u{E466}",
        Kind::Analytics => "\u{E150}",
        Kind::SharedFiles => "\u{E25A}",
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

    #[test]
    #[cfg(feature = "gui")]
    fn the_icons_are_those_of_the_font_by_name() {
        use egui_phosphor::regular as phosphor;
        assert_eq!(icon(Kind::Gateway), phosphor::SIGN_IN);
        assert_eq!(icon(Kind::TrafficManager), phosphor::TRAFFIC_SIGNAL);
        assert_eq!(icon(Kind::ControlPlane), phosphor::SLIDERS_HORIZONTAL);
        assert_eq!(icon(Kind::KeyManager), phosphor::KEY);
        assert_eq!(icon(Kind::AllInOne), phosphor::CUBE);
        assert_eq!(icon(Kind::Database), phosphor::DATABASE);
        assert_eq!(icon(Kind::LoadBalancer), phosphor::ARROWS_SPLIT);
        assert_eq!(icon(Kind::GlobalLoadBalancer), phosphor::GLOBE_HEMISPHERE_WEST);
        assert_eq!(icon(Kind::Users), phosphor::USERS_THREE);
        assert_eq!(icon(Kind::Backend), phosphor::HARD_DRIVES);
        assert_eq!(icon(Kind::IdentityProvider), phosphor::IDENTIFICATION_CARD);
        assert_eq!(icon(Kind::Redis), phosphor::STACK);
        assert_eq!(icon(Kind::Analytics), phosphor::CHART_BAR);
        assert_eq!(icon(Kind::SharedFiles), phosphor::FOLDER_SIMPLE);
    }
}

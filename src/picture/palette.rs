//! Colours by what they mean, in a dark and a light palette.

use crate::design::{Kind, Purpose};
use crate::failure::State;
use crate::failure::timeline::StepKind;
use crate::rules::Severity;

/// An opaque sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb(
    /// Red.
    pub u8,
    /// Green.
    pub u8,
    /// Blue.
    pub u8,
);

const fn hex(rgb: u32) -> Rgb {
    let [_, r, g, b] = rgb.to_be_bytes();
    Rgb(r, g, b)
}

impl Rgb {
    /// The colour `share` (0 to 1) of the way from `self` to `other`.
    #[must_use]
    pub fn mix(self, other: Self, share: f32) -> Self {
        let share = share.clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
        let blend = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * share).round() as u8;
        Self(blend(self.0, other.0), blend(self.1, other.1), blend(self.2, other.2))
    }
}

/// Every colour the product uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette {
    /// Whether light things stand on dark ground.
    pub dark: bool,
    /// Ground of the canvas.
    pub canvas: Rgb,
    /// Dots of the canvas grid.
    pub grid: Rgb,
    /// Ground of panels.
    pub panel: Rgb,
    /// Ground of fields, chips and hovered rows.
    pub raised: Rgb,
    /// Ground of a component's box.
    pub card: Rgb,
    /// Hairlines between panels and rows.
    pub hairline: Rgb,
    /// Main text.
    pub text: Rgb,
    /// Secondary text.
    pub text_weak: Rgb,
    /// Links in text, focus, selection.
    pub accent: Rgb,
    /// Ground behind selected text and rows.
    pub selection: Rgb,
    /// Good news.
    pub good: Rgb,
    /// Severity error; loss.
    pub error: Rgb,
    /// Severity warning; stale.
    pub warning: Rgb,
    /// Severity note.
    pub info: Rgb,
    /// Region colours, chosen by [`crate::design::Region::tint`].
    pub tints: [Rgb; 8],
    kinds: [Rgb; 14],
    purposes: [Rgb; 6],
}

/// The palette for dark surroundings.
pub const DARK: Palette = Palette {
    dark: true,
    canvas: hex(0x13_16_1a),
    grid: hex(0x26_2a_31),
    panel: hex(0x1b_1e_25),
    raised: hex(0x26_2a_33),
    card: hex(0x20_26_30),
    hairline: hex(0x2c_31_3a),
    text: hex(0xe7_e9_ee),
    text_weak: hex(0x98_9d_a8),
    accent: hex(0x6a_a9_f5),
    selection: hex(0x26_40_63),
    good: hex(0x4f_c8_a2),
    error: hex(0xf0_6c_6c),
    warning: hex(0xea_b0_50),
    info: hex(0x6a_a9_f5),
    tints: [
        hex(0x5a_93_dc),
        hex(0xd1_a1_50),
        hex(0x4f_b0_93),
        hex(0xa5_86_d8),
        hex(0xd0_78_8f),
        hex(0x5c_b3_c6),
        hex(0x9f_ac_58),
        hex(0x8d_96_a8),
    ],
    kinds: [
        hex(0x34_b0_93),
        hex(0xb4_82_dd),
        hex(0x5a_96_e8),
        hex(0x7c_8c_f0),
        hex(0x4d_b4_cc),
        hex(0xdf_a7_3f),
        hex(0x86_8f_9e),
        hex(0xa8_b2_c2),
        hex(0xd3_d7_de),
        hex(0x9d_b0_52),
        hex(0xe2_74_96),
        hex(0xdd_6e_5a),
        hex(0xc4_8a_e0),
        hex(0xb0_97_70),
    ],
    purposes: [hex(0x38_b0_90), hex(0x8b_93_a1), hex(0x9b_88_ee), hex(0xb4_82_dd), hex(0xdf_a7_3f), hex(0xd0_78_8f)],
};

/// The palette for light surroundings.
pub const LIGHT: Palette = Palette {
    dark: false,
    canvas: hex(0xf6_f7_f9),
    grid: hex(0xd9_dd_e3),
    panel: hex(0xff_ff_ff),
    raised: hex(0xed_ef_f3),
    card: hex(0xff_ff_ff),
    hairline: hex(0xdb_df_e6),
    text: hex(0x1a_1e_26),
    text_weak: hex(0x5d_65_73),
    accent: hex(0x1f_66_c7),
    selection: hex(0xcf_e1_fa),
    good: hex(0x0f_7f_60),
    error: hex(0xc7_2f_2f),
    warning: hex(0x9a_63_00),
    info: hex(0x1f_66_c7),
    tints: [
        hex(0x2f_6f_c4),
        hex(0xa8_70_10),
        hex(0x17_80_62),
        hex(0x75_4f_b8),
        hex(0xb0_43_62),
        hex(0x1c_7f_96),
        hex(0x66_74_1c),
        hex(0x5a_64_75),
    ],
    kinds: [
        hex(0x12_85_69),
        hex(0x83_4e_b5),
        hex(0x27_68_c4),
        hex(0x4a_57_c8),
        hex(0x14_7f_99),
        hex(0xa3_6c_08),
        hex(0x5d_66_75),
        hex(0x47_50_5f),
        hex(0x3a_42_4f),
        hex(0x62_74_18),
        hex(0xb5_3d_65),
        hex(0xb2_42_2c),
        hex(0x8f_46_b0),
        hex(0x7a_61_38),
    ],
    purposes: [hex(0x12_85_69), hex(0x5d_66_75), hex(0x5f_4b_c2), hex(0x83_4e_b5), hex(0xa3_6c_08), hex(0xb0_43_62)],
};

impl Palette {
    /// Colour of a kind of component.
    #[must_use]
    pub fn kind(&self, kind: Kind) -> Rgb {
        let index = Kind::ALL.iter().position(|k| *k == kind).unwrap_or(0);
        self.kinds.get(index).copied().unwrap_or(self.text_weak)
    }

    /// Colour of a link's purpose; related purposes share one.
    #[must_use]
    pub fn purpose(&self, purpose: Purpose) -> Rgb {
        let index = match purpose {
            Purpose::ApiTraffic | Purpose::BackendCall => 0,
            Purpose::PortalAccess
            | Purpose::ManagementHttps
            | Purpose::GatewayManagement
            | Purpose::FileShare
            | Purpose::AnalyticsEvents => 1,
            Purpose::EventStream | Purpose::HubEvents => 2,
            Purpose::ThrottleData | Purpose::ThrottleDecision | Purpose::SharedCounters => 3,
            Purpose::Database | Purpose::DbReplication => 4,
            Purpose::KeyManagerHttps | Purpose::TokenNotification | Purpose::Identity => 5,
        };
        self.purposes.get(index).copied().unwrap_or(self.text_weak)
    }

    /// Colour of a severity.
    #[must_use]
    pub fn severity(&self, severity: Severity) -> Rgb {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
            Severity::Info => self.info,
        }
    }

    /// Colour of a state of a capability; the shape tells apart what shares one.
    #[must_use]
    pub fn state(&self, state: State) -> Rgb {
        match state {
            State::Down => self.error,
            State::Idle => self.text_weak,
            State::Degraded | State::CannotRestart | State::Stale => self.warning,
            State::Works => self.good,
        }
    }

    /// Colour of a step of a recovery.
    #[must_use]
    pub fn step(&self, step: StepKind) -> Rgb {
        match step {
            StepKind::Detect => self.accent,
            StepKind::Decide => self.warning,
            StepKind::Dns => self.purpose(Purpose::EventStream),
            StepKind::Promote => self.kind(Kind::Database),
            StepKind::Start => self.kind(Kind::TrafficManager),
            StepKind::Reconnect => self.text_weak,
            StepKind::Warm => self.good,
        }
    }

    /// Colour of a region.
    #[must_use]
    pub fn tint(&self, tint: u8) -> Rgb {
        self.tints.get(usize::from(tint) % self.tints.len()).copied().unwrap_or(self.text_weak)
    }
}

/// How the line of a link is broken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dash {
    /// One stroke.
    Solid,
    /// Long dashes.
    Dashed,
    /// Dots.
    Dotted,
}

/// Line style of a purpose, so that purposes differ without colour as well.
#[must_use]
pub fn dash(purpose: Purpose) -> Dash {
    match purpose {
        Purpose::EventStream | Purpose::HubEvents | Purpose::DbReplication | Purpose::TokenNotification => Dash::Dashed,
        Purpose::ThrottleData | Purpose::ThrottleDecision | Purpose::SharedCounters | Purpose::AnalyticsEvents => {
            Dash::Dotted
        }
        _ => Dash::Solid,
    }
}

/// The shape that stands for a severity next to its colour.
#[must_use]
pub fn severity_glyph(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "●",
        Severity::Warning => "▲",
        Severity::Info => "■",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of WCAG 2.
    fn luminance(c: Rgb) -> f64 {
        let part = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(c.0) + 0.7152 * part(c.1) + 0.0722 * part(c.2)
    }

    fn contrast(a: Rgb, b: Rgb) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_ground() {
        for p in [&DARK, &LIGHT] {
            for ground in [p.canvas, p.panel, p.card, p.raised] {
                assert!(contrast(p.text, ground) >= 7.0, "text, dark {}", p.dark);
                assert!(
                    contrast(p.text_weak, ground) >= 4.5,
                    "weak text, dark {}: {}",
                    p.dark,
                    contrast(p.text_weak, ground)
                );
                for severity in Severity::ALL {
                    let c = contrast(p.severity(severity), ground);
                    assert!(c >= 4.2, "{severity:?}, dark {}: {c}", p.dark);
                }
            }
            for kind in Kind::ALL {
                assert!(contrast(p.kind(kind), p.card) >= 3.0, "{kind:?}, dark {}", p.dark);
            }
        }
    }
}

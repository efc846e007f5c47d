//! The look of the window: fonts, spacing and the palette translated to egui. Raw colours are made nowhere else.

use std::sync::Arc;

use egui::{Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, TextStyle, Theme};

use crate::picture::fonts::{REGULAR, STRONG};
use crate::picture::palette::{self, Palette, Rgb};

/// Sizes of type, points: small print, body, headings, figures.
pub const SIZE_SMALL: f32 = 11.0;
/// Body text.
pub const SIZE_BODY: f32 = 13.0;
/// Headings and the figures of the summary strip.
pub const SIZE_HEADING: f32 = 18.0;
/// The largest figures.
pub const SIZE_TITLE: f32 = 24.0;

/// The family of emphasised text.
#[must_use]
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// A font of emphasised text.
#[must_use]
pub fn strong_font(size: f32) -> FontId {
    FontId::new(size, semibold())
}

/// The colour for egui.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where colours are made")]
pub fn color(rgb: Rgb) -> Color32 {
    Color32::from_rgb(rgb.0, rgb.1, rgb.2)
}

/// The colour with an opacity from 0 to 1.
#[must_use]
pub fn faded(rgb: Rgb, opacity: f32) -> Color32 {
    color(rgb).gamma_multiply(opacity)
}

/// The palette that belongs to the theme the window shows.
#[must_use]
pub fn palette(ctx: &egui::Context) -> &'static Palette {
    if ctx.theme() == Theme::Dark { &palette::DARK } else { &palette::LIGHT }
}

/// Installs fonts and both themes.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    for (theme, palette) in [(Theme::Dark, &palette::DARK), (Theme::Light, &palette::LIGHT)] {
        ctx.set_visuals_of(theme, visuals(theme, palette));
        ctx.style_mut_of(theme, |style| {
            style.text_styles = [
                (TextStyle::Small, FontId::proportional(SIZE_SMALL)),
                (TextStyle::Body, FontId::proportional(SIZE_BODY)),
                (TextStyle::Button, FontId::proportional(SIZE_BODY)),
                (TextStyle::Monospace, FontId::monospace(12.0)),
                (TextStyle::Heading, strong_font(SIZE_HEADING)),
            ]
            .into();
            style.spacing.item_spacing = egui::vec2(8.0, 4.0);
            style.spacing.button_padding = egui::vec2(8.0, 4.0);
            style.spacing.interact_size = egui::vec2(32.0, 24.0);
            style.spacing.window_margin = Margin::same(16);
            style.spacing.menu_margin = Margin::same(4);
            style.spacing.scroll = egui::style::ScrollStyle::thin();
            style.interaction.tooltip_delay = 0.35;
            style.interaction.selectable_labels = false;
            style.animation_time = 0.08;
        });
    }
    ctx.options_mut(|o| {
        o.zoom_with_keyboard = false;
        o.quit_shortcuts.clear();
        o.fallback_theme = Theme::Dark;
    });
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let regular = FontData::from_static(REGULAR);
    let semibold_data = FontData::from_static(STRONG);
    fonts.font_data.insert("inter".into(), Arc::new(regular));
    fonts.font_data.insert("inter-semibold".into(), Arc::new(semibold_data));
    egui_phosphor::add_to_fonts(&mut fonts, egui_phosphor::Variant::Regular);
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let with_first = |first: &str| {
        let mut family = vec![first.to_owned()];
        family.extend(fallback.iter().cloned());
        family
    };
    fonts.families.insert(FontFamily::Proportional, with_first("inter"));
    fonts.families.insert(semibold(), with_first("inter-semibold"));
    fonts
}

fn visuals(theme: Theme, p: &Palette) -> egui::Visuals {
    let mut v = theme.default_visuals();
    let hairline = Stroke::new(1.0, color(p.hairline));
    v.panel_fill = color(p.panel);
    v.window_fill = color(p.panel);
    v.window_stroke = hairline;
    v.window_corner_radius = CornerRadius::same(8);
    v.menu_corner_radius = CornerRadius::same(6);
    v.window_shadow = egui::Shadow::NONE;
    v.popup_shadow = egui::Shadow::NONE;
    v.extreme_bg_color = color(p.canvas);
    v.text_edit_bg_color = Some(color(p.raised));
    v.faint_bg_color = color(p.panel.mix(p.raised, 0.5));
    v.code_bg_color = color(p.raised);
    v.override_text_color = None;
    v.weak_text_color = Some(color(p.text_weak));
    v.hyperlink_color = color(p.accent);
    v.error_fg_color = color(p.error);
    v.warn_fg_color = color(p.warning);
    v.selection.bg_fill = color(p.selection);
    v.selection.stroke = Stroke::new(1.0, color(p.text));
    v.striped = false;
    let w = &mut v.widgets;
    let looks = [
        (&mut w.noninteractive, p.panel, p.hairline, p.text),
        (&mut w.inactive, p.raised, p.raised, p.text),
        (&mut w.hovered, p.raised.mix(p.text, 0.08), p.raised.mix(p.text, 0.16), p.text),
        (&mut w.active, p.raised.mix(p.text, 0.14), p.accent, p.text),
        (&mut w.open, p.raised, p.hairline, p.text),
    ];
    for (look, fill, edge, text) in looks {
        look.bg_fill = color(fill);
        look.weak_bg_fill = color(fill);
        look.bg_stroke = Stroke::new(1.0, color(edge));
        look.fg_stroke = Stroke::new(1.0, color(text));
        look.corner_radius = CornerRadius::same(4);
        look.expansion = 0.0;
    }
    v
}

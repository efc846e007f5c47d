//! A scene of the storyboard as a page: title and talking point, claims, the drawing under its failures, the matrix.

use crate::design::Scene;
use crate::failure::State;
use crate::failure::claims::{self, ClaimCheck};
use crate::failure::matrix::INFERRED;
use crate::picture::area::{Area, Point};
use crate::picture::drawing::Drawing;
use crate::picture::look::View;
use crate::picture::mark;
use crate::picture::palette::{Palette, Rgb};
use crate::picture::pen::{Anchor, Line, Pen, Rim, Type, Weight};

use super::grid::{Cells, Grid};
use super::setting::{self, Words};
use super::shown::Shown;
use super::svg::{About, SvgPen};

/// Size of the page, points.
const PAGE: Point = (1280.0, 720.0);
/// Space around everything, points.
const MARGIN: f32 = 40.0;
/// Where claims begin, as a share of the width.
const CLAIMS: f32 = 0.56;
/// Most of the height that the claims may take.
const CLAIMS_HEIGHT: f32 = 0.30;
/// Most of the height that a matrix below the drawing may take.
const MATRIX_HEIGHT: f32 = 0.48;
/// Most of the width that a matrix beside the drawing may take.
const MATRIX_WIDTH: f32 = 0.42;
/// Space between the parts of a page, points.
const GAP: f32 = 14.0;
/// Size of the smallest type, points.
const SMALL: f32 = 11.0;
/// Size of ordinary type, points.
const BODY: f32 = 14.0;
/// Space around a drawing whose scene has no view of its own, scene points.
const AROUND: f32 = 24.0;

/// A page being drawn.
struct Page<'a> {
    pen: SvgPen,
    palette: &'static Palette,
    shown: &'a Shown<'a>,
    scene: &'a Scene,
}

/// Draws the page of a scene; `at` counts from 0.
pub(super) fn draw(shown: &Shown<'_>, scene: &Scene, at: usize) -> String {
    let design = shown.source.design;
    let palette = shown.palette();
    let whole = Area::at((0.0, 0.0), PAGE);
    let inner = whole.grown(-MARGIN);
    let failed: Vec<String> = shown.failures.iter().map(|failure| failure.title(design)).collect();
    let description = match failed.as_slice() {
        [] => scene.talking_point.clone(),
        _ => format!("{} Failed: {}.", scene.talking_point, failed.join("; ")).trim().to_owned(),
    };
    let about = About { title: scene.title.clone(), description };
    let pen = SvgPen::new(whole, &about, palette.canvas, &format!("scene-{}-", at + 1));
    let mut page = Page { pen, palette, shown, scene };
    let top = page.header(inner, &failed) + GAP;
    let bottom = page.footer(inner, at, design.meta.story.len()) - GAP;
    page.body(Area { min: (inner.min.0, top), max: (inner.max.0, bottom) });
    page.pen.finish()
}

impl Page<'_> {
    fn set(&mut self, words: &str, size: f32, rgb: Rgb, room: f32, rows: usize) -> Words {
        self.pen.set(words, Type { rows, ..Type::new(size, Weight::Regular, rgb).within(room) })
    }

    /// Title, talking point, what has failed, and the claims; returns the lower edge.
    fn header(&mut self, inner: Area, failed: &[String]) -> f32 {
        let p = self.palette;
        let claims_left = inner.min.0 + inner.width() * CLAIMS;
        let mut room = inner.width();
        let mut below = inner.min.1;
        if !self.scene.claims.is_empty() {
            room = claims_left - inner.min.0 - MARGIN;
            below = self.claims(Area { min: (claims_left, inner.min.1), max: inner.max });
        }
        let left = inner.min.0;
        let mut top = inner.min.1;
        let title = Type { rows: 2, ..Type::new(28.0, Weight::Strong, p.text).within(room) };
        let title = self.pen.set(&self.scene.title, title);
        top = self.put((left, top), title) + 6.0;
        if !self.scene.talking_point.is_empty() {
            let words = self.set(&self.scene.talking_point, 16.0, p.text_weak, room, 3);
            top = self.put((left, top), words) + 6.0;
        }
        if !failed.is_empty() {
            let words = self.set(&format!("Failed: {}", failed.join(" · ")), BODY, p.error, room - 20.0, 2);
            let middle = top + words.heights.row / 2.0;
            mark::state(&mut self.pen, (left + 6.0, middle), 5.0, State::Down, p.error.into());
            top = self.put((left + 20.0, top), words);
        }
        let design = self.shown.source.design;
        let missing: Vec<String> = self.scene.failures.iter().filter_map(|f| f.missing_in(design)).collect();
        if !missing.is_empty() {
            let words = self.set(&format!("Cannot be shown: {}", missing.join("; ")), SMALL, p.warning, room, 2);
            top = self.put((left, top), words);
        }
        top.max(below)
    }

    /// Puts words; returns their lower edge.
    fn put(&mut self, at: Point, words: Words) -> f32 {
        let height = words.size.1;
        self.pen.put(words, at, Anchor::TopLeft);
        at.1 + height
    }

    /// The claims, those that do not hold first, as many as have room; returns the lower edge.
    fn claims(&mut self, room: Area) -> f32 {
        let source = self.shown.source;
        let analysis = source.analysis;
        let checked = claims::check(source.design, source.books, &analysis.estimates, &analysis.failure, self.scene);
        let mut all: Vec<&ClaimCheck> = checked.claims.iter().collect();
        all.sort_by_key(|claim| claim.holds);
        let bottom = room.min.1 + PAGE.1 * CLAIMS_HEIGHT;
        let mut top = room.min.1;
        for (at, claim) in all.iter().enumerate() {
            let height = self.claim_height(claim, room.width());
            let rest = all.len() - at;
            let reserved = if rest > 1 { SMALL * 1.4 } else { 0.0 };
            if at > 0 && top + height + reserved > bottom {
                let wrong = all.iter().skip(at).filter(|claim| !claim.holds).count();
                let words = match wrong {
                    0 => format!("and {rest} more that hold"),
                    _ => format!("and {rest} more, of which {wrong} do not hold"),
                };
                let words = self.set(&words, SMALL, self.palette.text_weak, room.width(), 1);
                return self.put((room.min.0, top), words);
            }
            self.claim(claim, Area::at((room.min.0, top), (room.width(), height)));
            top += height + 6.0;
        }
        top
    }

    /// What is said of a claim, and what is found when it does not hold.
    fn claim_words(&self, claim: &ClaimCheck, width: f32) -> (Words, Option<Words>) {
        let p = self.palette;
        let verdict = if claim.holds { "Claim holds" } else { "Claim does not hold" };
        let with = |size: f32, rgb: Rgb| Type { rows: 2, ..Type::new(size, Weight::Regular, rgb).within(width - 44.0) };
        let said = setting::set(&format!("{verdict}: {}", claim.claim), with(BODY - 1.0, p.text));
        let found = (!claim.holds && !claim.found.is_empty())
            .then(|| setting::set(&claim.found, with(SMALL, p.state(State::Down))));
        (said, found)
    }

    fn claim_height(&self, claim: &ClaimCheck, width: f32) -> f32 {
        let (said, found) = self.claim_words(claim, width);
        said.size.1 + found.map_or(0.0, |found| found.size.1) + 10.0
    }

    fn claim(&mut self, claim: &ClaimCheck, place: Area) {
        let state = if claim.holds { State::Works } else { State::Down };
        let rgb = self.palette.state(state);
        let (said, found) = self.claim_words(claim, place.width());
        self.pen.rect(place, 8.0, Some(rgb.faded(0.12)), Some((Line::new(1.0, rgb), Rim::Inside)));
        let top = place.min.1 + 5.0;
        mark::state(&mut self.pen, (place.min.0 + 16.0, top + said.heights.row / 2.0), 5.0, state, rgb.into());
        let left = place.min.0 + 32.0;
        let top = self.put((left, top), said);
        if let Some(found) = found {
            self.put((left, top), found);
        }
    }

    /// The drawing with the matrix below or beside it, whichever leaves the drawing more room.
    fn body(&mut self, room: Area) {
        let table = self.shown.matrix();
        let claims = &self.scene.claims;
        let table = if self.shown.failures.is_empty() { table } else { table.telling(claims) };
        if table.rows.is_empty() {
            return self.picture(room);
        }
        // What is left out of the matrix is said below it.
        let high = room.height() - SMALL * 1.5;
        let below = Grid::fitting(&table, Cells::Words, claims, (room.width(), high * MATRIX_HEIGHT));
        let beside = Grid::fitting(&table, Cells::Marks, claims, (room.width() * MATRIX_WIDTH, high));
        let above = Area { max: (room.max.0, room.max.1 - below.0.height() - GAP - SMALL * 1.5), ..room };
        let left = Area { max: (room.max.0 - beside.0.width() - GAP, room.max.1), ..room };
        if self.zoom(left) > self.zoom(above) {
            self.picture(left);
            self.matrix(beside, Area { min: (left.max.0 + GAP, room.min.1), ..room });
        } else {
            self.picture(above);
            self.matrix(below, Area { min: (room.min.0, above.max.1 + GAP), ..room });
        }
    }

    fn matrix(&mut self, (grid, cut): (Grid, String), room: Area) {
        if !cut.is_empty() {
            let words = self.set(&cut, SMALL, self.palette.text_weak, room.width(), 1);
            self.put((room.min.0, room.min.1 + grid.height() + 2.0), words);
        }
        grid.draw(&mut self.pen, self.palette, room);
    }

    /// Which scene it is, of what design; returns its upper edge.
    fn footer(&mut self, inner: Area, at: usize, of: usize) -> f32 {
        let weak = self.palette.text_weak;
        let legend = format!("Scene {} of {of} · {}", at + 1, self.shown.legend());
        let legend = self.set(&legend, SMALL, weak, inner.width() * 0.7, 1);
        let inferred = self.set(&format!("{INFERRED} inferred"), SMALL, weak, inner.width() * 0.3, 1);
        let y = inner.max.1 + MARGIN / 4.0;
        let top = y - legend.size.1;
        self.pen.put(legend, (inner.min.0, y), Anchor::Left);
        self.pen.put(inferred, (inner.max.0, y), Anchor::Right);
        top
    }

    /// The part of the drawing in view, scene coordinates, and its largest size; `None` when nothing is drawn.
    fn view(&self) -> Option<(Area, f32)> {
        match self.scene.view {
            Some(view) => Some((Area::of(view), f32::INFINITY)),
            None => Some((Drawing::of(self.shown.source.design).bounds()?.grown(AROUND), 1.0)),
        }
    }

    /// Points of the page for one of the drawing in this room.
    fn zoom(&self, room: Area) -> f32 {
        let Some((scene, most)) = self.view() else { return 0.0 };
        let (wide, high) = (room.width().max(1.0), room.height().max(1.0));
        (wide / scene.width().max(1.0)).min(high / scene.height().max(1.0)).min(most)
    }

    /// The drawing under the scene's failures, as large as the room allows.
    fn picture(&mut self, room: Area) {
        let Some((scene, _)) = self.view() else { return };
        let zoom = self.zoom(room);
        let target = Area::around(room.center(), (scene.width() * zoom, scene.height() * zoom));
        // A slide shows what fails, not what could be better.
        let layers = self.shown.layers(false);
        self.pen.begin_window(scene, target);
        let drawing = Drawing::of(self.shown.source.design).seen(scene);
        drawing.draw(&mut self.pen, &self.shown.look(View::plain(scene)), &layers, scene);
        self.pen.end_window();
    }
}

//! Pictures of a design: the canvas, a selection of it, or the scenes of its storyboard, as SVG, PNG and PDF. They are
//! drawn by the code that draws the window ([`crate::picture`]), always in full detail.

mod fonts;
mod grid;
mod number;
mod ordered;
mod pdf;
mod raster;
mod setting;
mod sheet;
mod shown;
mod slide;
mod svg;

pub use raster::MAX_PIXELS;
#[cfg(feature = "gui")]
pub(crate) use raster::read;

use crate::design::Scene;

use super::bundle::{Blocked, Bundle, ExportFile, FilePath, Syntax, stem};
use super::{Options, Source};
use shown::Shown;

/// The colours of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Theme {
    /// Dark on light ground, for paper.
    #[default]
    Light,
    /// Light on dark ground.
    Dark,
}

/// What pictures are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Scenes {
    /// The canvas.
    #[default]
    Canvas,
    /// Every scene of the storyboard, under its failures.
    All,
    /// One scene, counted from 0.
    One(usize),
}

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PictureError {
    /// There would be more than [`MAX_PIXELS`].
    #[error(
        "the picture would have {width} × {height} pixels, more than {} megapixels: choose a scale of at most {scale}, \
         a selection, or SVG",
        MAX_PIXELS / 1e6
    )]
    TooLarge {
        /// Pixels from left to right.
        width: f64,
        /// Pixels from top to bottom.
        height: f64,
        /// The largest scale that is not too large.
        scale: f64,
    },
    /// The scale is no positive number.
    #[error("a picture cannot have the scale {0}: choose a number above 0, such as 2")]
    Scale(f32),
    /// The design has no scenes.
    #[error("the design tells no story: add a scene first")]
    NoScenes,
    /// The scene is not there.
    #[error("there is no scene {}: the design has {of}", .at + 1)]
    NoScene {
        /// Which, counted from 0.
        at: usize,
        /// How many there are.
        of: usize,
    },
    /// A library could not do it.
    #[error("the picture could not be made: {0}")]
    Failed(String),
}

/// The canvas, or a selection of it, under the failures of the options, as SVG. Text is text, and each element is a
/// group with the element's id.
#[must_use]
pub fn svg(source: &Source<'_>, options: &Options) -> String {
    sheet::draw(&Shown::of(source, options, &options.failures))
}

/// The page of a scene, counted from 0, as SVG: title and talking point, claims, the drawing under the scene's
/// failures, and the matrix. The ids of its elements begin with `scene-1-`, counted from 1.
///
/// # Errors
/// [`PictureError::NoScene`] when it is not there.
pub fn scene_svg(source: &Source<'_>, options: &Options, at: usize) -> Result<String, PictureError> {
    let scene = scene(source, at)?;
    Ok(slide::draw(&Shown::of(source, options, &scene.failures), scene, at))
}

/// The canvas as [`svg`] draws it, as PNG with [`Options::scale`] pixels a point.
///
/// # Errors
/// [`PictureError::TooLarge`] with a scale that works.
pub fn png(source: &Source<'_>, options: &Options) -> Result<Vec<u8>, PictureError> {
    raster::png(&svg(source, options), options.scale)
}

/// The page of a scene, counted from 0, as PNG with [`Options::scale`] pixels a point.
///
/// # Errors
/// [`PictureError`] when it is not there or too large.
pub fn scene_png(source: &Source<'_>, options: &Options, at: usize) -> Result<Vec<u8>, PictureError> {
    raster::png(&scene_svg(source, options, at)?, options.scale)
}

/// The canvas as [`svg`] draws it, as a PDF of one page.
///
/// # Errors
/// [`PictureError::Failed`] when it cannot be converted.
pub fn pdf(source: &Source<'_>, options: &Options) -> Result<Vec<u8>, PictureError> {
    pdf::document(&source.design.meta.name, &[svg(source, options)])
}

/// The whole storyboard as a PDF, one page a scene.
///
/// # Errors
/// [`PictureError::NoScenes`] when there are none.
pub fn story_pdf(source: &Source<'_>, options: &Options) -> Result<Vec<u8>, PictureError> {
    let count = source.design.meta.story.len();
    if count == 0 {
        return Err(PictureError::NoScenes);
    }
    let pages: Result<Vec<String>, PictureError> = (0..count).map(|at| scene_svg(source, options, at)).collect();
    pdf::document(&source.design.meta.name, &pages?)
}

fn scene<'a>(source: &Source<'a>, at: usize) -> Result<&'a Scene, PictureError> {
    let story = &source.design.meta.story;
    story.get(at).ok_or(PictureError::NoScene { at, of: story.len() })
}

/// The kinds of files that pictures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Svg,
    Png,
    Pdf,
}

impl Kind {
    fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }

    /// The file of the canvas, or of a scene.
    fn file(self, source: &Source<'_>, options: &Options, scene: Option<usize>) -> Result<ExportFile, PictureError> {
        let drawn = || match scene {
            Some(at) => scene_svg(source, options, at),
            None => Ok(svg(source, options)),
        };
        Ok(match self {
            Self::Svg => ExportFile::text(Syntax::Xml, drawn()?),
            Self::Png => ExportFile::bytes(raster::png(&drawn()?, options.scale)?),
            Self::Pdf => ExportFile::bytes(pdf::document(&source.design.meta.name, &[drawn()?])?),
        })
    }
}

/// The pictures that the options ask for. What cannot be made is blocked.
pub(super) fn bundle(kind: Kind, source: &Source<'_>, options: &Options) -> Bundle {
    let mut bundle = Bundle::default();
    let story = &source.design.meta.story;
    let name = stem(&source.design.meta.name);
    let of_scene = |at: usize| {
        let title = story.get(at).map_or("", |scene| scene.title.as_str());
        format!("scene-{}-{}.{}", at + 1, stem(title), kind.ending())
    };
    let mut add = |path: String, file: Result<ExportFile, PictureError>| {
        let path = FilePath::of([path.as_str()]);
        match file {
            Ok(file) => {
                bundle.add(path, file);
            }
            Err(error) => {
                let message = error.to_string();
                bundle.blocked.push(Blocked { paths: vec![path], rule: None, message, elements: Vec::new() });
            }
        }
    };
    match (options.scenes, kind) {
        (Scenes::Canvas, _) => add(format!("{name}.{}", kind.ending()), kind.file(source, options, None)),
        (Scenes::One(at), _) => add(of_scene(at), kind.file(source, options, Some(at))),
        (Scenes::All, Kind::Pdf) => add(format!("{name}-story.pdf"), story_pdf(source, options).map(ExportFile::bytes)),
        (Scenes::All, _) if story.is_empty() => add(of_scene(0), Err(PictureError::NoScenes)),
        (Scenes::All, _) => (0..story.len()).for_each(|at| add(of_scene(at), kind.file(source, options, Some(at)))),
    }
    let missing = options.failures.iter().filter_map(|failure| failure.missing_in(source.design));
    if options.scenes == Scenes::Canvas {
        bundle.remarks.extend(missing.map(|missing| format!("A failure is not shown: {missing}.")));
    }
    bundle
}

//! What gestures mean: a state machine over plain input in scene coordinates.
//!
//! [`Tool::step`] takes one event, reads the [`Stage`] and returns the next state with the effects it asks for. It
//! knows no window library beyond points and rectangles, so every gesture is tested as a script of events. A gesture
//! begins with a press, becomes a drag once the pointer has moved far enough, and ends as one undo step or, by Esc,
//! without a trace.

mod drag;
mod marquee;
mod resize;
pub mod snap;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use egui::{Pos2, Rect, Vec2};

use crate::design::edit::Edit;
use crate::design::{Design, Id};

pub use drag::Drag;
pub use marquee::Marquee;
pub use resize::Resize;

/// How far the pointer must move until a press becomes a drag, screen points.
pub const DRAG_THRESHOLD_SCREEN: f32 = 4.0;

/// A corner or an edge of a region's frame by which it is resized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Handle {
    /// -1 for the left edge, 1 for the right one, 0 for neither.
    pub x: i8,
    /// -1 for the upper edge, 1 for the lower one, 0 for neither.
    pub y: i8,
}

impl Handle {
    /// All eight, corners last, so that they win over edges.
    pub const ALL: [Self; 8] = [
        Self { x: 0, y: -1 },
        Self { x: 0, y: 1 },
        Self { x: -1, y: 0 },
        Self { x: 1, y: 0 },
        Self { x: -1, y: -1 },
        Self { x: 1, y: -1 },
        Self { x: -1, y: 1 },
        Self { x: 1, y: 1 },
    ];

    /// Where the handle sits on a rectangle.
    #[must_use]
    pub fn on(self, rect: Rect) -> Pos2 {
        let along = |min: f32, max: f32, side: i8| match side {
            -1 => min,
            1 => max,
            _ => f32::midpoint(min, max),
        };
        Pos2::new(along(rect.left(), rect.right(), self.x), along(rect.top(), rect.bottom(), self.y))
    }
}

/// What lies under the pointer, topmost first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Hit {
    /// The badge with the problems of an element.
    Marker(Id),
    /// A dot on a component's side from which a link is drawn.
    Port(Id),
    /// A handle of a region.
    Handle(Id, Handle),
    /// A component's box.
    Component(Id),
    /// A link's line.
    Link(Id),
    /// A region's title bar or border.
    RegionFrame(Id),
    /// The inside of a region.
    RegionBody(Id),
    /// Empty canvas.
    #[default]
    Nothing,
}

impl Hit {
    /// The element that was hit.
    #[must_use]
    pub fn id(&self) -> Option<&Id> {
        match self {
            Self::Marker(id)
            | Self::Port(id)
            | Self::Handle(id, _)
            | Self::Component(id)
            | Self::Link(id)
            | Self::RegionFrame(id)
            | Self::RegionBody(id) => Some(id),
            Self::Nothing => None,
        }
    }
}

/// Mouse buttons that mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// Selects, drags, connects.
    Primary,
    /// Pans when dragged, opens a menu when not.
    Secondary,
    /// Pans.
    Middle,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// A button went down.
    Press(Button),
    /// A button went up.
    Release(Button),
    /// The second click of a double click ended; its press and release came before.
    DoubleClick,
    /// The pointer moved, or the view or a modifier changed under it.
    Move,
    /// Esc, or the window lost the keyboard.
    Cancel,
}

/// One event with the state of pointer and modifiers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Input {
    /// What happened.
    pub event: Event,
    /// The pointer, scene coordinates.
    pub pos_scene: Pos2,
    /// The pointer, screen coordinates.
    pub pos_screen: Pos2,
    /// Screen points for one scene point.
    pub zoom: f32,
    /// Adds to the selection; locks the axis of a drag; keeps placing.
    pub shift: bool,
    /// Drags a duplicate.
    pub alt: bool,
    /// Suspends snapping.
    pub ctrl: bool,
    /// Makes the left button pan.
    pub space: bool,
}

/// What the left button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Selects and drags.
    #[default]
    Select,
    /// Places something new.
    Place,
}

/// What a tool may know of the drawing.
pub trait Stage {
    /// The document, without the effect of the gesture that is going on.
    fn design(&self) -> &Design;
    /// What is selected.
    fn selection(&self) -> &BTreeSet<Id>;
    /// What the left button does.
    fn mode(&self) -> Mode;
    /// What lies under a scene point at a zoom.
    fn hit(&self, pos_scene: Pos2, zoom: f32) -> Hit;
    /// Components that touch the rectangle and regions that lie in it.
    fn within(&self, area_scene: Rect) -> Vec<Id>;
    /// Boxes and regions near a rectangle to align with, without `moving` and what stands in it.
    fn neighbours(&self, area_scene: Rect, moving: &BTreeSet<Id>) -> Vec<Rect>;
}

/// What a tool asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Select just these.
    Select(Vec<Id>),
    /// Add to the selection or take out of it.
    Toggle(Id),
    /// Change the document by one step, then select these if given.
    Commit(Edit, Option<Vec<Id>>),
    /// Show what the gesture would do to the analyses; `None` when nothing any more.
    Preview(Option<Edit>),
    /// Move the view by a distance on the screen.
    Pan(Vec2),
    /// Connect two components.
    Connect(Id, Id),
    /// Open the element's properties and begin to rename it.
    Open(Id),
    /// Show the element's problems.
    Problems(Id),
    /// Open the menu of what was hit.
    Menu(Hit),
    /// Place what is waiting here, and go on placing if asked.
    Place {
        /// Where its middle goes, scene coordinates.
        center_scene: Pos2,
        /// Whether another one follows.
        again: bool,
    },
    /// Stop placing.
    Leave,
}

/// A press that may become a click or a drag.
#[derive(Debug, Clone, PartialEq)]
pub struct Pressed {
    /// What was hit.
    pub hit: Hit,
    /// Where, scene coordinates.
    pub at_scene: Pos2,
    at_screen: Pos2,
    /// What the release does if nothing was dragged.
    click: Option<Effect>,
}

/// A link being drawn from a port.
#[derive(Debug, Clone, PartialEq)]
pub struct Connecting {
    /// Where it begins.
    pub from: Id,
    /// The component under the pointer.
    pub over: Option<Id>,
    /// The pointer, scene coordinates.
    pub to_scene: Pos2,
}

/// The view being dragged.
#[derive(Debug, Clone, PartialEq)]
pub struct Panning {
    button: Button,
    last_screen: Pos2,
    start_screen: Pos2,
    moved: bool,
    hit: Hit,
}

/// The state between two events.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Tool {
    /// Nothing is pressed.
    #[default]
    Idle,
    /// A button is down and has not moved far.
    Pressed(Pressed),
    /// Elements are being dragged.
    Dragging(Box<Drag>),
    /// A rectangle is being drawn to select.
    Marquee(Marquee),
    /// A link is being drawn.
    Connecting(Connecting),
    /// A region is being resized.
    Resizing(Box<Resize>),
    /// The view is being dragged.
    Panning(Panning),
    /// Something new is held over the canvas with the button down.
    Placing,
}

impl Tool {
    /// Whether no gesture is going on.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        matches!(self, Self::Idle)
    }

    /// Whether the view should follow a pointer that reaches the canvas' edge.
    #[must_use]
    pub fn scrolls_at_edges(&self) -> bool {
        matches!(self, Self::Dragging(_) | Self::Marquee(_) | Self::Connecting(_) | Self::Resizing(_))
    }

    /// One line on what can be done now, for the footer.
    #[must_use]
    pub fn hint(&self, mode: Mode, hover: &Hit, anything_selected: bool) -> &'static str {
        match self {
            Self::Dragging(drag) if drag.duplicate => {
                "Release to put the duplicate here · Shift keeps the axis · Esc cancels"
            }
            Self::Dragging(_) => "Shift keeps the axis · Alt duplicates · Ctrl without snapping · Esc cancels",
            Self::Marquee(_) => "Select what the rectangle touches; regions only as a whole · Esc cancels",
            Self::Connecting(_) => "Release on a highlighted component to connect · Esc cancels",
            Self::Resizing(_) => "What stands in the region stays where it is · Ctrl without snapping · Esc cancels",
            Self::Panning(p) if p.moved => "Release to stop moving the view",
            Self::Idle | Self::Pressed(_) | Self::Placing | Self::Panning(_) => match (mode, hover) {
                (Mode::Place, _) => "Click to place · Shift-click places several · Esc stops",
                (_, Hit::Port(_)) => "Drag to another component to connect",
                (_, Hit::Marker(_)) => "Click to see the problems",
                (_, Hit::Handle(..)) => "Drag to resize",
                (_, Hit::Component(_)) => {
                    "Drag to move · Alt-drag duplicates · Drag a port to connect · Right-click for more"
                }
                (_, Hit::Link(_)) => "Click to select · Right-click for more",
                (_, Hit::RegionFrame(_) | Hit::RegionBody(_)) => {
                    "Drag to move with everything in it · Shift-drag selects inside · Right-click for more"
                }
                (_, Hit::Nothing) if anything_selected => {
                    "Arrow keys move the selection · Delete removes it · Esc selects nothing"
                }
                (_, Hit::Nothing) => "Drag to select · Space-drag moves the view · Wheel zooms · Right-click for more",
            },
        }
    }

    /// The next state. What it asks for is pushed to `out`.
    #[must_use]
    pub fn step(self, input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Self {
        if input.event == Event::Cancel {
            return self.cancel(stage, out);
        }
        match self {
            Self::Idle => idle(input, stage, out),
            Self::Pressed(pressed) => pressed.step(input, stage, out),
            Self::Dragging(drag) => drag.step(input, stage, out),
            Self::Marquee(marquee) => marquee.step(input, stage, out),
            Self::Connecting(connecting) => connecting.step(input, stage, out),
            Self::Resizing(resize) => resize.step(input, stage, out),
            Self::Panning(panning) => panning.step(input, out),
            Self::Placing => {
                if input.event == Event::Release(Button::Primary) {
                    out.push(Effect::Place { center_scene: input.pos_scene, again: input.shift });
                    Self::Idle
                } else {
                    Self::Placing
                }
            }
        }
    }

    fn cancel(self, stage: &dyn Stage, out: &mut Vec<Effect>) -> Self {
        match self {
            Self::Idle | Self::Placing if stage.mode() != Mode::Select => out.push(Effect::Leave),
            Self::Idle if !stage.selection().is_empty() => out.push(Effect::Select(Vec::new())),
            Self::Dragging(_) => out.push(Effect::Preview(None)),
            Self::Marquee(marquee) => out.push(Effect::Select(marquee.before.into_iter().collect())),
            _ => {}
        }
        Self::Idle
    }
}

fn idle(input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Tool {
    match input.event {
        Event::Press(Button::Primary) if !input.space => match stage.mode() {
            Mode::Place => Tool::Placing,
            Mode::Select => press(input, stage, out),
        },
        Event::Press(button) => Tool::Panning(Panning {
            button,
            last_screen: input.pos_screen,
            start_screen: input.pos_screen,
            moved: false,
            hit: stage.hit(input.pos_scene, input.zoom),
        }),
        Event::DoubleClick if stage.mode() == Mode::Select => {
            let hit = stage.hit(input.pos_scene, input.zoom);
            if let Hit::Component(id) | Hit::Link(id) | Hit::RegionFrame(id) | Hit::RegionBody(id) | Hit::Port(id) = hit
            {
                out.push(Effect::Open(id));
            }
            Tool::Idle
        }
        _ => Tool::Idle,
    }
}

/// A press of the left button: selects at once, so that the drag that may follow moves what was pressed.
fn press(input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Tool {
    let hit = stage.hit(input.pos_scene, input.zoom);
    let mut click = None;
    match &hit {
        Hit::Nothing => {
            if !input.shift && !stage.selection().is_empty() {
                click = Some(Effect::Select(Vec::new()));
            }
        }
        Hit::Marker(id) => {
            out.push(Effect::Select(vec![id.clone()]));
            click = Some(Effect::Problems(id.clone()));
        }
        Hit::Port(_) => {}
        Hit::Handle(id, _) => out.push(Effect::Select(vec![id.clone()])),
        Hit::RegionBody(id) if input.shift => click = Some(Effect::Toggle(id.clone())),
        Hit::Component(id) | Hit::Link(id) | Hit::RegionFrame(id) | Hit::RegionBody(id) => {
            let selected = stage.selection().contains(id);
            match (input.shift, selected) {
                (true, true) => click = Some(Effect::Toggle(id.clone())),
                (true, false) => out.push(Effect::Toggle(id.clone())),
                (false, true) if stage.selection().len() > 1 => click = Some(Effect::Select(vec![id.clone()])),
                (false, true) => {}
                (false, false) => out.push(Effect::Select(vec![id.clone()])),
            }
        }
    }
    Tool::Pressed(Pressed { hit, at_scene: input.pos_scene, at_screen: input.pos_screen, click })
}

impl Pressed {
    fn step(self, input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Tool {
        match input.event {
            Event::Release(Button::Primary) => {
                if let Hit::Port(id) = &self.hit {
                    out.push(Effect::Select(vec![id.clone()]));
                }
                out.extend(self.click);
                Tool::Idle
            }
            Event::Move if (input.pos_screen - self.at_screen).length() >= DRAG_THRESHOLD_SCREEN => {
                self.begin(input, stage, out)
            }
            _ => Tool::Pressed(self),
        }
    }

    fn begin(self, input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Tool {
        match self.hit {
            Hit::Nothing => Marquee::begin(self.at_scene, input, stage, out),
            Hit::RegionBody(id) if input.shift && !stage.selection().contains(&id) => {
                Marquee::begin(self.at_scene, input, stage, out)
            }
            Hit::Port(from) => Connecting { from, over: None, to_scene: input.pos_scene }.step(input, stage, out),
            Hit::Handle(id, handle) => match Resize::new(id, handle, self.at_scene, stage) {
                Some(resize) => Box::new(resize).step(input, stage, out),
                None => Tool::Idle,
            },
            Hit::Marker(id) | Hit::Component(id) | Hit::RegionFrame(id) | Hit::RegionBody(id) => {
                match Drag::new(&id, self.at_scene, stage) {
                    Some(drag) => Box::new(drag).step(input, stage, out),
                    None => Tool::Idle,
                }
            }
            // Links follow their ends.
            Hit::Link(_) => Tool::Idle,
        }
    }
}

impl Connecting {
    fn step(mut self, input: &Input, stage: &dyn Stage, out: &mut Vec<Effect>) -> Tool {
        self.to_scene = input.pos_scene;
        self.over = match stage.hit(input.pos_scene, input.zoom) {
            Hit::Component(id) | Hit::Port(id) | Hit::Marker(id)
                if id != self.from && stage.design().components.contains_key(&id) =>
            {
                Some(id)
            }
            _ => None,
        };
        if input.event == Event::Release(Button::Primary) {
            if let Some(to) = self.over {
                out.push(Effect::Connect(self.from, to));
            }
            return Tool::Idle;
        }
        Tool::Connecting(self)
    }
}

impl Panning {
    fn step(mut self, input: &Input, out: &mut Vec<Effect>) -> Tool {
        match input.event {
            Event::Release(button) if button == self.button => {
                if !self.moved && button == Button::Secondary {
                    out.push(Effect::Menu(self.hit));
                }
                Tool::Idle
            }
            Event::Move => {
                self.moved |= (input.pos_screen - self.start_screen).length() >= DRAG_THRESHOLD_SCREEN;
                if self.moved {
                    let delta = input.pos_screen - self.last_screen;
                    if delta != Vec2::ZERO {
                        out.push(Effect::Pan(delta));
                    }
                    self.last_screen = input.pos_screen;
                }
                Tool::Panning(self)
            }
            _ => Tool::Panning(self),
        }
    }
}

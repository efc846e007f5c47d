//! What leaves the program: pure functions from a design and its analysis to files in memory. Only
//! [`crate::files`] writes them.

pub mod bundle;
pub mod document;
pub mod helm;
pub mod interchange;
mod lines;
mod loss;
mod markdown;
mod materials;
pub mod network;
pub mod picture;
pub mod planner;
pub mod report;
pub mod runbook;
mod source;
pub mod sources;
mod text;
pub mod wso2;
mod xml;

pub use picture::{Scenes, Theme};
pub use source::Source;

use crate::design::{Date, Failures, Id};

use bundle::{Bundle, ExportFile, FilePath, Syntax};

/// What can be made of a design. Command line and window offer these, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `deployment.toml` of every node.
    Toml,
    /// Values of the Helm charts.
    Helm,
    /// The planner format.
    Planner,
    /// Connections, ports and what a firewall has to let through.
    Network,
    /// Orders of start, losses and ways back.
    Runbook,
    /// Everything that is known of the design, to be read and printed.
    Report,
    /// A picture of lines and text.
    Svg,
    /// A picture of pixels.
    Png,
    /// Pages.
    Pdf,
    /// A Mermaid flowchart.
    Mermaid,
    /// A draw.io document.
    Drawio,
    /// A Structurizr workspace.
    Structurizr,
    /// A bill of materials.
    Bom,
}

impl Form {
    /// All of them, in the order of menus.
    pub const ALL: [Self; 13] = [
        Self::Toml,
        Self::Helm,
        Self::Planner,
        Self::Network,
        Self::Runbook,
        Self::Report,
        Self::Svg,
        Self::Png,
        Self::Pdf,
        Self::Mermaid,
        Self::Drawio,
        Self::Structurizr,
        Self::Bom,
    ];

    /// Its name on the command line, the words shown to people, and what it is, as a sentence.
    fn words(self) -> [&'static str; 3] {
        match self {
            Self::Toml => [
                "toml",
                "Node configuration",
                "deployment.toml of every node, with the event publishers between regions and database sheets.",
            ],
            Self::Helm => [
                "helm",
                "Helm values",
                "Values of the public Helm charts for every region, with the objects that no chart creates.",
            ],
            Self::Planner => ["planner", "Planner file", "The resolved plan as JSON, for generators of configuration."],
            Self::Network => [
                "network",
                "Network sheet",
                "Every connection with its hosts and ports, and firewall rules that allow no more.",
            ],
            Self::Runbook => {
                ["runbook", "Runbook", "Orders of start, what each loss means and how long it takes, and the way back."]
            }
            Self::Report => {
                ["report", "Report", "Everything that is known of the design, as one page to be read and printed."]
            }
            Self::Svg => ["svg", "SVG picture", "The drawing, or each scene of the story, with text that stays text."],
            Self::Png => ["png", "PNG picture", "The drawing, or each scene of the story, as pixels in any size."],
            Self::Pdf => ["pdf", "PDF", "The drawing on a page, or the story with a page for each scene."],
            Self::Mermaid => {
                ["mermaid", "Mermaid flowchart", "The drawing as text that wikis and repositories show as a flowchart."]
            }
            Self::Drawio => {
                ["drawio", "draw.io document", "The drawing for diagrams.net, with the same places and colours."]
            }
            Self::Structurizr => [
                "structurizr",
                "Structurizr workspace",
                "A C4 model of containers and their deployment, in Structurizr's language.",
            ],
            Self::Bom => [
                "bom",
                "Bill of materials",
                "Nodes, databases, balancers and services with sizes and monthly cost, for spreadsheets.",
            ],
        }
    }

    /// The name on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        let [id, ..] = self.words();
        id
    }

    /// The form with this name.
    #[must_use]
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.id() == id)
    }

    /// The words shown to people.
    #[must_use]
    pub fn label(self) -> &'static str {
        let [_, label, _] = self.words();
        label
    }

    /// What it is, as a sentence.
    #[must_use]
    pub fn about(self) -> &'static str {
        let [.., about] = self.words();
        about
    }

    /// Makes its files.
    #[must_use]
    pub fn bundle(self, source: &Source<'_>, options: &Options) -> Bundle {
        self.files(source, options).of_form(self.id())
    }

    fn files(self, source: &Source<'_>, options: &Options) -> Bundle {
        match self {
            Self::Toml => wso2::bundle(source),
            Self::Helm => helm::bundle(source),
            Self::Planner => single("planner.json", ExportFile::text(Syntax::Json, planner::to_json(&source.plan))),
            Self::Network => network::bundle(source),
            Self::Runbook => runbook::bundle(source),
            Self::Report => report::bundle(source, options),
            Self::Svg => picture::bundle(picture::Kind::Svg, source, options),
            Self::Png => picture::bundle(picture::Kind::Png, source, options),
            Self::Pdf => picture::bundle(picture::Kind::Pdf, source, options),
            Self::Mermaid => interchange::mermaid(source),
            Self::Drawio => interchange::drawio(source),
            Self::Structurizr => interchange::structurizr(source),
            Self::Bom => interchange::bill_of_materials(source),
        }
    }
}

/// A bundle of one file.
fn single(name: &str, file: ExportFile) -> Bundle {
    let mut bundle = Bundle::default();
    bundle.add(FilePath::of([name]), file);
    bundle
}

/// What somebody chose about an export. Each form reads what concerns it.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The colours of pictures.
    pub theme: Theme,
    /// Pixels for one point of a picture of pixels.
    pub scale: f32,
    /// Whether pictures show findings.
    pub marks: bool,
    /// Whether pictures show costs, use and round trips.
    pub estimates: bool,
    /// What has failed in pictures of the canvas.
    pub failures: Failures,
    /// The elements that pictures of the canvas show; empty means all.
    pub selection: Vec<Id>,
    /// Whether pictures are of the canvas or of scenes.
    pub scenes: Scenes,
    /// The day that stands on a report; `None` leaves it out.
    pub today: Option<Date>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            scale: 2.0,
            marks: true,
            estimates: true,
            failures: Failures::new(),
            selection: Vec::new(),
            scenes: Scenes::default(),
            today: None,
        }
    }
}

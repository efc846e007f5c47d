//! Stand-ins for modules that are written elsewhere.

use std::path::Path;
use std::sync::Arc;

use crate::design::file::{FileError, from_ron};
use crate::design::{Component, Design, Extent, Id, Kind, Meta, Pos, Region, RegionRole, Requirements, Site};

pub fn read_text(path: &Path) -> Result<String, FileError> {
    std::fs::read_to_string(path).map_err(|e| FileError::whole(&path.display().to_string(), e.to_string(), ""))
}

pub fn read_design(path: &Path) -> Result<(Design, String), FileError> {
    let text = read_text(path)?;
    Ok((from_ron(&text, &path.display().to_string())?, text))
}

#[expect(clippy::disallowed_methods)]
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    if std::fs::metadata(path).is_ok_and(|m| m.permissions().readonly()) {
        return Err(FileError::whole(&path.display().to_string(), "the file is write-protected", ""));
    }
    std::fs::write(path, bytes).map_err(|e| FileError::whole(&path.display().to_string(), e.to_string(), ""))
}

#[derive(Debug, Clone, Copy)]
pub struct Template {
    pub id: &'static str,
    pub title: &'static str,
    pub about: &'static str,
}

pub fn all() -> &'static [Template] {
    &[
        Template { id: "pattern-1", title: "Pattern 1", about: "Two full regions that replicate their databases" },
        Template { id: "pattern-2", title: "Pattern 2", about: "A main region and two data plane regions" },
        Template { id: "all-in-one-ha", title: "All-in-one pair", about: "One region with a pair of all-in-one nodes" },
        Template { id: "simple-scalable", title: "Simple scalable", about: "One region, gateways scale by themselves" },
    ]
}

pub fn get(id: &str) -> Option<&'static Template> {
    all().iter().find(|t| t.id == id)
}

impl Template {
    pub fn design(&self) -> Design {
        let mut design =
            Design { meta: Arc::new(Meta { name: self.title.into(), ..Meta::default() }), ..Design::default() };
        for (i, name) in ["Frankfurt", "Mumbai"].iter().enumerate() {
            let id = Id::slug(name);
            let region = Region {
                name: (*name).into(),
                role: RegionRole::Peer,
                site: Site::cloud("aws", "eu-central-1"),
                zones: 3,
                pos: Pos(i as i32 * 560, 0),
                extent: Extent(480, 360),
                tint: i as u8,
                requirements: Requirements::default(),
                notes: String::new(),
            };
            design.regions.insert(id.clone(), Arc::new(region));
            for (j, kind) in
                [Kind::ControlPlane, Kind::Gateway, Kind::TrafficManager, Kind::Database].iter().enumerate()
            {
                let c = Component {
                    region: Some(id.clone()),
                    pos: Pos(40 + 220 * (j as i32 % 2), 60 + 120 * (j as i32 / 2)),
                    ..Component::new(*kind, kind.label())
                };
                design.components.insert(Id::slug(&format!("{id} {}", kind.label())), Arc::new(c));
            }
            let (a, b) = (Id::slug(&format!("{id} gateway")), Id::slug(&format!("{id} control plane")));
            let (edit, _) = crate::design::commands::connect(
                &design,
                &a,
                &b,
                crate::design::proposals(Kind::Gateway, Kind::ControlPlane)[0],
            );
            let _ = edit.apply(&mut design);
        }
        design
    }
}

pub fn planner_json(
    _design: &Design,
    _revision: crate::design::history::Revision,
    _books: &crate::books::Books,
) -> Result<String, FileError> {
    Ok("{}\n".into())
}

//! Formulas like those of a large deployment, written by hand so that their size is known.
//!
//! Regions of three zones with load balancers, gateways of which two thirds must run, traffic managers, a control plane
//! and a database with a standby; one name service and one identity provider for all; links between neighbours and
//! from each population to each region. Keys are checked in a region or by its neighbour, so that all regions hang
//! together in a ring. Drawn designs of Pattern 2 hang together by the control plane of the main region instead, which
//! most capabilities need as a whole.

use meridian::failure::availability::PartChance;
use meridian::failure::formula::{FormulaId, Formulas, PartId};

/// Formulas over parts, and those that are asked for.
pub struct Deployment {
    /// The formulas.
    pub formulas: Formulas,
    /// How each part fails.
    pub chances: Vec<PartChance>,
    /// What is asked for: regions first, then populations.
    pub roots: Vec<FormulaId>,
}

impl Deployment {
    fn members(&mut self, members: u32, down: f64) -> PartId {
        self.chances.extend(PartChance::with_repair(members, down, 4.0));
        PartId(u32::try_from(self.chances.len()).unwrap_or(u32::MAX) - 1)
    }

    fn part(&mut self, down: f64) -> FormulaId {
        let part = self.members(1, down);
        self.formulas.part(part)
    }

    /// Nodes spread over zones, of which so many must run.
    fn pool(&mut self, zones: &[FormulaId], nodes: u32, needed: u32) -> FormulaId {
        let count = u32::try_from(zones.len()).unwrap_or(1);
        let mut of = Vec::new();
        for (zone, at) in zones.iter().zip(0..) {
            let here = nodes / count + u32::from(at < nodes % count);
            if here > 0 {
                of.push((*zone, self.members(here, 5e-4), here));
            }
        }
        self.formulas.members_among(needed, &of)
    }

    /// So many components, spread over so many regions.
    pub fn new(components: u32, regions: u32) -> Self {
        let mut model = Self { formulas: Formulas::default(), chances: Vec::new(), roots: Vec::new() };
        let [name_service, identity, analytics] = [1e-5, 1e-4, 1e-3].map(|down| model.part(down));
        // Beside gateways a region has 2 balancers, 3 traffic managers, 2 control planes, 2 key managers, 2 databases.
        let gateways = (components / regions).saturating_sub(11).max(3);
        let sites: Vec<Site> = (0..regions).map(|_| Site::new(&mut model, gateways)).collect();
        let links: Vec<FormulaId> = sites.iter().map(|_| model.part(2e-4)).collect();
        let count = sites.len();
        let mut capabilities: Vec<Vec<FormulaId>> = Vec::new();
        for (at, site) in sites.iter().enumerate() {
            let (next, main) = (&sites[(at + 1) % count], &sites[0]);
            let f = &mut model.formulas;
            let serve = f.all([site.balancer, site.gateways, site.backend]);
            // Keys are checked here or, over the link, by the neighbour.
            let away = f.all([links[at], next.issue]);
            let validate = f.any([site.issue, away]);
            let opaque = f.all([serve, validate]);
            let throttle = f.all([serve, site.managers]);
            let issue = f.any([site.issue, away]);
            let outside = f.all([identity, issue]);
            let revoke = f.all([issue, site.control, site.gateways]);
            let event = f.all([site.control, site.gateways]);
            let publish = f.all([main.control, main.database, links[at], event]);
            let local = f.all([site.control, site.database]);
            let apps = f.all([local, event]);
            let admin = f.all([local, site.managers]);
            let start = f.all([local, site.gateways]);
            let everywhere: Vec<FormulaId> =
                sites.iter().zip(&links).flat_map(|(s, l)| [*l, s.control, s.gateways]).collect();
            let everywhere = f.all(everywhere);
            let seen = f.all([main.database, everywhere]);
            let watch = f.all([site.gateways, analytics]);
            capabilities.push(vec![
                serve, opaque, throttle, issue, outside, revoke, publish, local, apps, admin, start, seen, event,
                watch, validate,
            ]);
        }
        for of_region in &capabilities {
            model.roots.extend(of_region);
        }
        for _ in 0..count {
            let ways: Vec<FormulaId> = (0..count).map(|_| model.part(1e-3)).collect();
            for capability in 0..15 {
                let f = &mut model.formulas;
                let over: Vec<FormulaId> =
                    ways.iter().zip(&capabilities).map(|(way, region)| f.all([*way, region[capability]])).collect();
                let any = f.any(over);
                let root = f.all([name_service, any]);
                model.roots.push(root);
            }
        }
        model
    }
}

struct Site {
    balancer: FormulaId,
    gateways: FormulaId,
    managers: FormulaId,
    control: FormulaId,
    issue: FormulaId,
    database: FormulaId,
    backend: FormulaId,
}

impl Site {
    fn new(model: &mut Deployment, gateways: u32) -> Self {
        let region = model.part(2e-5);
        let zones: Vec<FormulaId> = (0..3)
            .map(|_| {
                let zone = model.part(1e-4);
                model.formulas.all([region, zone])
            })
            .collect();
        let [balancer, inner, service] = [1e-4, 1e-4, 2e-4].map(|down| model.part(down));
        let pool = model.pool(&zones, gateways, gateways.div_ceil(3) * 2);
        let managers = model.pool(&zones, 3, 1);
        let control = model.pool(&zones[..2], 2, 1);
        let keys = model.pool(&zones[..2], 2, 1);
        let database = model.pool(&zones[1..], 2, 1);
        let f = &mut model.formulas;
        let balancer = f.all([region, balancer]);
        let control = f.all([region, inner, control]);
        let issue = f.all([region, inner, keys, database]);
        let backend = f.all([region, service]);
        Self { balancer, gateways: pool, managers, control, issue, database, backend }
    }
}

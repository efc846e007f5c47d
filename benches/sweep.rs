//! Everything that can go wrong: singles, pairs and minimal cut sets on formulas like those of a real design.
//!
//! Budget (release, one core): all singles and all pairs of 200 components, 15 capabilities at each place, 20 ms.

use divan::{Bencher, black_box};
use meridian::failure::cuts::{self, minimal_cuts};
use meridian::failure::formula::{FormulaId, Formulas, PartId};
use meridian::failure::sweep::{self, Hit, Order};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

const ZONES: u32 = 3;
/// Components of a region: a name's place here is its place in the region.
const GATEWAYS: [usize; 3] = [0, 1, 2];
const GATEWAY_LB: usize = 3;
const CONTROL_PLANES: [usize; 2] = [4, 5];
const CONTROL_LB: usize = 6;
const DATABASE: usize = 7;
const TRAFFIC_MANAGERS: [usize; 2] = [8, 9];
const KEY_MANAGERS: [usize; 2] = [10, 11];
const CACHE: usize = 12;
/// The others are backends.
const PER_REGION: usize = 33;

/// A deployment in regions, as the failure model sees it.
#[derive(Default)]
struct Model {
    formulas: Formulas,
    members: Vec<u32>,
    roots: Vec<FormulaId>,
    /// By component.
    components: Vec<PartId>,
    regions: Vec<PartId>,
}

impl Model {
    fn add(&mut self, members: u32) -> PartId {
        self.members.push(members);
        PartId(u32::try_from(self.members.len() - 1).unwrap_or(u32::MAX))
    }

    fn part(&mut self) -> FormulaId {
        let part = self.add(1);
        self.formulas.part(part)
    }

    /// A component stands in its region, and enough of its nodes in zones that are up.
    fn component(&mut self, at: usize, region: FormulaId, zones: &[FormulaId]) -> FormulaId {
        let whole = self.add(1);
        self.components.push(whole);
        let (in_zone, enough) = if GATEWAYS.contains(&at) { (3, 6) } else { (1, 2) };
        let of: Vec<_> = zones.iter().map(|zone| (*zone, self.add(in_zone), in_zone)).collect();
        let nodes = self.formulas.members_among(enough, &of);
        let whole = self.formulas.part(whole);
        self.formulas.all([region, whole, nodes])
    }

    fn of(components: usize) -> Self {
        let mut model = Self::default();
        let regions = components.div_ceil(PER_REGION);
        let mut places = Vec::new();
        let mut left = components;
        for _ in 0..regions {
            let region = model.add(1);
            model.regions.push(region);
            let region = model.formulas.part(region);
            let zones: Vec<FormulaId> = (0..ZONES).map(|_| model.part()).collect();
            let here = PER_REGION.min(left);
            left -= here;
            let of: Vec<FormulaId> = (0..here).map(|at| model.component(at, region, &zones)).collect();
            places.push(of);
        }
        let [gslb, idp, internet] = [(); 3].map(|()| model.part());
        let ways: Vec<[FormulaId; 4]> = places.iter().map(|place| model.local(place)).collect();
        let connections: Vec<Vec<FormulaId>> =
            places.iter().map(|_| places.iter().map(|_| model.part()).collect()).collect();
        for (place, of) in places.iter().enumerate() {
            let [serve, control, throttle, issue] = ways[place];
            let connection = connections[place][0];
            let f = &mut model.formulas;
            let main = f.all([ways[0][1], connection]);
            let publish = f.all([control, main]);
            let moved: Vec<FormulaId> =
                ways.iter().zip(&connections[place]).map(|(way, connection)| f.all([way[0], *connection])).collect();
            let anywhere = f.any(moved);
            let issue_anywhere: Vec<FormulaId> = ways.iter().map(|way| way[3]).collect();
            let issue_anywhere = f.any(issue_anywhere);
            let start = f.any([control, main]);
            let backends = of.get(CACHE + 1..).unwrap_or(&[]).to_vec();
            let some_backend = f.any(backends.iter().copied());
            let all_backends = f.all(backends);
            let capabilities = [
                f.all([serve, some_backend]),
                f.all([serve, all_backends]),
                f.all([gslb, anywhere]),
                f.all([serve, throttle]),
                issue,
                f.all([gslb, issue_anywhere]),
                f.all([idp, internet, serve]),
                f.all([issue, control]),
                publish,
                f.all([publish, serve]),
                f.all([control, idp]),
                f.all([start, serve]),
                f.all([throttle, control]),
                f.all([serve, internet]),
                f.all([publish, issue, throttle]),
            ];
            model.roots.extend(capabilities);
        }
        model
    }

    /// What a place can do by itself: serve, control, throttle, issue.
    fn local(&mut self, of: &[FormulaId]) -> [FormulaId; 4] {
        let linked = |model: &mut Self, at: usize| {
            let (link, end) = (model.part(), of.get(at).copied().unwrap_or(Formulas::NEVER));
            model.formulas.all([link, end])
        };
        let one = |model: &mut Self, of: &[usize]| {
            let ends: Vec<FormulaId> = of.iter().map(|at| linked(model, *at)).collect();
            model.formulas.any(ends)
        };
        let gateways = one(self, &GATEWAYS);
        let [gateway_lb, control_lb, database, cache] =
            [GATEWAY_LB, CONTROL_LB, DATABASE, CACHE].map(|at| linked(self, at));
        let control_planes = one(self, &CONTROL_PLANES);
        let managers = one(self, &TRAFFIC_MANAGERS);
        let keys = one(self, &KEY_MANAGERS);
        let f = &mut self.formulas;
        [
            f.all([gateway_lb, gateways]),
            f.all([control_lb, control_planes, database]),
            f.all([managers, cache]),
            f.all([keys, database]),
        ]
    }

    fn hits(&self) -> Vec<Hit> {
        self.components.iter().map(|part| Hit::whole([*part])).collect()
    }

    fn question<'a>(&'a self, things: &'a [Hit]) -> sweep::Question<'a> {
        sweep::Question { formulas: &self.formulas, members: &self.members, roots: &self.roots, things, together: &[] }
    }
}

/// All singles and all pairs of components, every capability at every place.
#[divan::bench(args = [60, 200, 1_000])]
fn singles_and_pairs(bencher: Bencher, components: usize) {
    let model = Model::of(components);
    let things = model.hits();
    bencher.bench_local(|| sweep::sweep(black_box(&model.question(&things)), Order::Two, &|| true));
}

/// The same, with the heat map that is drawn of it.
#[divan::bench(args = [200, 1_000])]
fn heat_map(bencher: Bencher, components: usize) {
    let model = Model::of(components);
    let things = model.hits();
    let Some(sweep) = sweep::sweep(&model.question(&things), Order::Two, &|| true) else { return };
    bencher.bench_local(|| black_box(&sweep).heat_map(|_| true).most());
}

/// Each region and one component more.
#[divan::bench(args = [200, 1_000])]
fn regions_and_one_more(bencher: Bencher, components: usize) {
    let model = Model::of(components);
    let mut things: Vec<Hit> = model.regions.iter().map(|part| Hit::whole([*part])).collect();
    let regions: Vec<usize> = (0..things.len()).collect();
    things.extend(model.hits());
    bencher.bench_local(|| sweep::sweep(black_box(&model.question(&things)), Order::With(&regions), &|| true));
}

/// Minimal cut sets of every capability at every place.
#[divan::bench(args = [(200, 2), (200, 3), (1_000, 2), (1_000, 3)])]
fn minimal_cut_sets(bencher: Bencher, (components, order): (usize, u32)) {
    let model = Model::of(components);
    let question = cuts::Question {
        formulas: &model.formulas,
        members: &model.members,
        roots: &model.roots,
        may_fail: &|_| true,
        order,
        limit: 20_000,
    };
    bencher.bench_local(|| minimal_cuts(black_box(&question), &|| true));
}

/// Minimal cut sets of one capability.
#[divan::bench(args = [200, 1_000])]
fn minimal_cut_sets_of_one(bencher: Bencher, components: usize) {
    let model = Model::of(components);
    let question = cuts::Question {
        formulas: &model.formulas,
        members: &model.members,
        roots: &model.roots[..1],
        may_fail: &|_| true,
        order: 3,
        limit: 20_000,
    };
    bencher.bench_local(|| minimal_cuts(black_box(&question), &|| true));
}

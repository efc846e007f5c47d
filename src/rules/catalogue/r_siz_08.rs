//! R-SIZ-08: memory beside the heap.

use super::r_siz_01::MIN_MEMORY_GIB;
use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-SIZ-08",
    title: "A node has at least half as much memory again as its Java heap.",
    severity: Severity::Warning,
    basis: Basis::Inferred,
    impact: "The system kills the process when it needs memory beside the heap.",
    why: "Threads, buffers and classes live outside the heap, and the system needs its share; the charts give 3 GiB for a \
          heap of 2.",
    remedy: "Give the node more memory, or make the heap smaller.",
    sources: &[source("E1", S16), source("E2", S28)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::Offer(fixes),
    check,
};

/// Heap of the product as shipped, GiB.
const USUAL_HEAP_GIB: f64 = 2.0;
/// Memory of a node for each GiB of heap.
const MEMORY_PER_HEAP: f64 = 1.5;

/// Memory and heap of a node that has too little beside its heap, GiB.
fn cramped(node: Node<'_>) -> Option<(f64, f64)> {
    let memory_gib = node.component.size?.memory_gib;
    let heap_gib = node.component.settings.heap_gib.unwrap_or(USUAL_HEAP_GIB);
    let needed_gib = heap_gib * MEMORY_PER_HEAP;
    // Below the minimum R-SIZ-01 speaks, if reaching it is enough.
    let told = memory_gib < MIN_MEMORY_GIB && needed_gib <= MIN_MEMORY_GIB;
    (needed_gib > memory_gib && !told).then_some((memory_gib, heap_gib))
}

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for node in cx.which(Kind::is_product_node) {
        if let Some((memory_gib, heap_gib)) = cramped(node) {
            let place = cx.place(node);
            found
                .at([node.id], format!("{place} has {memory_gib} GiB of memory for a heap of {heap_gib} GiB"))
                .seen("memory GiB", memory_gib)
                .seen("heap GiB", heap_gib);
        }
    }
}

fn fixes(cx: &Context<'_>, finding: &Finding, list: &mut FixList<'_>) {
    let Some(node) = finding.subjects.first().and_then(|id| cx.node(id)) else { return };
    let Some((memory_gib, heap_gib)) = cramped(node) else { return };
    let place = cx.place(node);
    let needed_gib = (heap_gib * MEMORY_PER_HEAP).ceil();
    list.offer(format!("Give {place} {needed_gib} GiB of memory"), |d| {
        d.component(node.id, |c| {
            if let Some(size) = &mut c.size {
                size.memory_gib = needed_gib;
            }
        });
    });
    let smaller_gib = (memory_gib / MEMORY_PER_HEAP * 4.0).floor() / 4.0;
    if smaller_gib >= USUAL_HEAP_GIB {
        list.offer(format!("Give {place} a heap of {smaller_gib} GiB"), |d| {
            d.component(node.id, |c| c.settings.heap_gib = Some(smaller_gib));
        });
    }
}

#[cfg(test)]
fn heap(gib: Option<f64>) -> Design {
    single().with("frankfurt-gw", |c| c.settings.heap_gib = gib).design()
}

#[cfg(test)]
pub fn failing() -> Design {
    heap(Some(3.0))
}

#[cfg(test)]
pub fn passing() -> Design {
    heap(None)
}

#[test]
fn a_node_below_the_minimum_is_told_once() {
    let design = single().with("frankfurt-gw", |c| {
        if let Some(size) = &mut c.size {
            size.memory_gib = 2.0;
        }
    });
    assert_eq!(found(&design.design(), RULE.id), []);
}

//! R-CON-19: backends are called by somebody.

use crate::rules::prelude::*;

pub static RULE: Rule = Rule {
    id: "R-CON-19",
    title: "Every backend is reached by a gateway.",
    severity: Severity::Error,
    basis: Basis::Inferred,
    impact: "",
    why: "APIs of a backend that no gateway reaches answer with errors only.",
    remedy: "Link the gateways that serve its APIs with the backend.",
    sources: &[source("A33", S5)],
    versions: Versions::ALL,
    wording: &[],
    fixes: Fixes::None(""),
    check,
};

fn check(cx: &Context<'_>, found: &mut Breaches) {
    for backend in cx.which(|k| k == Kind::Backend) {
        let called = cx.into(backend.id).iter().any(|w| {
            w.link.purpose == Purpose::BackendCall
                && (w.from.component.kind().has_gateway() || w.from.component.kind() == Kind::LoadBalancer)
        });
        if !called {
            found.at([backend.id], format!("{} is called by no gateway", cx.place(backend)));
        }
    }
}

#[cfg(test)]
pub fn failing() -> Design {
    single().put("frankfurt", Kind::Backend).design()
}

#[cfg(test)]
pub fn passing() -> Design {
    single().put("frankfurt", Kind::Backend).link("frankfurt-gw", "frankfurt-backend", &[Purpose::BackendCall]).design()
}

//! A value kept until its key changes, so that a frame in which nothing happened computes nothing.

use std::sync::Arc;

use crate::analysis::Analysis;

use super::State;

/// One remembered value.
pub struct Memo<K, V> {
    entry: Option<(K, V)>,
}

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self { entry: None }
    }
}

impl<K: PartialEq, V> Memo<K, V> {
    /// The value that belongs to `key`, computed when the key is another one than before.
    pub fn get(&mut self, key: K, compute: impl FnOnce() -> V) -> &V {
        if self.entry.as_ref().is_some_and(|(k, _)| *k != key) {
            self.entry = None;
        }
        &self.entry.get_or_insert_with(|| (key, compute())).1
    }
}

/// Which design is shown: changes with every edit and every step of a gesture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DesignKey(u64, u64);

impl DesignKey {
    /// The key of the design shown now.
    pub fn of(state: &State) -> Self {
        Self(state.serial, state.doc.revision().0)
    }
}

/// Which analysis is shown. Holds it, so that the address cannot be given to another one.
#[derive(Debug, Clone)]
pub struct AnalysisKey(Option<Arc<Analysis>>);

impl AnalysisKey {
    /// The key of the analysis shown now.
    pub fn of(state: &State) -> Self {
        Self(state.analysis.clone())
    }
}

/// Something told from others by its address. Holds it, so that the address cannot be given to another one.
#[derive(Debug)]
pub struct ByAddress<T>(pub Arc<T>);

impl<T> PartialEq for ByAddress<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl PartialEq for AnalysisKey {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }
}

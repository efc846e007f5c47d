//! Shipped facts: cloud regions, round-trip times, prices, performance.

/// The books.
#[derive(Debug, Default)]
pub struct Books {}

impl Books {
    /// The books that ship with the program.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static SHIPPED: Books = Books {};
        &SHIPPED
    }
}

//! Remembers where a mark occurs last in a document, so that it is searched for once.

/// Position of the last occurrence of a mark, counted in bytes from there to the end of the document; 0 if there is none. It
/// is searched for only once, which keeps the time linear.
#[derive(Clone, Copy, Default)]
pub(super) struct LastOccurrence(Option<usize>);

impl LastOccurrence {
    /// Returns whether one of `marks` occurs in `rest`. At each call, `rest` must be the end of the same document, and `marks`
    /// must be the same.
    pub(super) fn follows(&mut self, marks: &[&str], rest: &str) -> bool {
        let last_of = |mark: &&str| rest.rfind(mark).map_or(0, |at| rest.len() - at);
        let nearest_to_end = || marks.iter().map(last_of).filter(|left| *left > 0).min().unwrap_or(0);
        (1..=rest.len()).contains(self.0.get_or_insert_with(nearest_to_end))
    }
}

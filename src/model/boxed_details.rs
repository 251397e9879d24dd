//! Keeps the details of an entry in a box of their own, because most entries have none and a list may have 20 000 entries.

use std::ops::{Deref, DerefMut};

use serde::{Serialize, Serializer};

use super::article_details::ArticleDetails;

/// [`ArticleDetails`] that take 8 bytes while there are none. They are used like the details themselves.
#[derive(Clone, Default, Debug)]
pub struct BoxedDetails(Option<Box<ArticleDetails>>);

/// The details of an entry that has none.
static NONE: ArticleDetails = ArticleDetails {
    image: None,
    podcast: None,
    rights: None,
    license: None,
    place: None,
    related: Vec::new(),
    via: Vec::new(),
    authors: Vec::new(),
    contributors: Vec::new(),
};

impl BoxedDetails {
    /// Takes the details out of their box. Returns `None` if there are none.
    pub fn into_details(self) -> Option<ArticleDetails> {
        self.0.map(|details| *details)
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        **self == NONE
    }
}

impl From<ArticleDetails> for BoxedDetails {
    fn from(details: ArticleDetails) -> Self {
        Self((details != NONE).then(|| Box::new(details)))
    }
}

impl Deref for BoxedDetails {
    type Target = ArticleDetails;

    fn deref(&self) -> &ArticleDetails {
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl DerefMut for BoxedDetails {
    /// Returns the details to write to. If there were none, this allocates their memory, even if nothing is written.
    fn deref_mut(&mut self) -> &mut ArticleDetails {
        self.0.get_or_insert_default()
    }
}

impl PartialEq for BoxedDetails {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for BoxedDetails {}

impl Serialize for BoxedDetails {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_without_a_value_take_no_memory_of_their_own_and_look_like_default_details() {
        let none = BoxedDetails::from(ArticleDetails::default());
        assert!(none.is_empty() && none.clone().into_details().is_none());
        assert_eq!(*none, ArticleDetails::default());
        let json = |value: &dyn Fn() -> serde_json::Result<String>| value().unwrap();
        let details = ArticleDetails { rights: Some("CC0".to_owned()), ..ArticleDetails::default() };
        for details in [ArticleDetails::default(), details] {
            let boxed = BoxedDetails::from(details.clone());
            assert_eq!(json(&|| serde_json::to_string(&boxed)), json(&|| serde_json::to_string(&details)));
        }
    }

    #[test]
    fn details_are_read_and_written_as_without_a_box() {
        let mut boxed = BoxedDetails::default();
        assert_eq!(boxed.rights, None);
        boxed.rights = Some("CC0".to_owned());
        assert_eq!(boxed.rights.as_deref(), Some("CC0"));
        assert_ne!(boxed, BoxedDetails::default());
        boxed.rights = None;
        assert_eq!(boxed, BoxedDetails::default());
    }
}

//! The documents of one snapshot that were rendered on request: those for other public addresses, those of a part of a feed,
//! and those with only the articles that changed.

use arc_swap::ArcSwap;

use crate::model::MergedFeed;
use crate::render::{BaseUrl, Format, Representation};

/// How much memory the documents of one kind of one snapshot may take, in bytes. A river of 10 000 articles has documents of 19
/// MB, and strangers can ask for each under any number of addresses.
pub(super) const MEMORY_LIMIT: usize = 32 << 20;

/// Documents of one snapshot that were rendered on request. One may be larger than the limit of their memory.
#[derive(Debug)]
pub(super) struct RequestedDocuments {
    memory_limit: usize,
    /// The documents, the oldest first.
    documents: ArcSwap<Vec<RequestedDocument>>,
}

/// A document that was rendered on request.
#[derive(Clone, Debug)]
pub(super) struct RequestedDocument {
    /// The public address that its links begin with.
    pub(super) base: BaseUrl,
    pub(super) format: Format,
    /// How many articles of the feed it has. It always has those that changed last, so this number tells which ones.
    pub(super) articles: usize,
    pub(super) representation: Representation,
}

impl RequestedDocument {
    /// Returns the document that was rendered of `feed`, which has all articles or those that changed last.
    pub(super) fn of(
        feed: &MergedFeed,
        format: Format,
        base: &BaseUrl,
        representation: &Representation,
    ) -> Self {
        Self {
            base: base.clone(),
            format,
            articles: feed.items.len(),
            representation: representation.clone(),
        }
    }
}

impl RequestedDocuments {
    /// Returns no documents, with this limit of their memory in bytes.
    pub(super) fn within(memory_limit: usize) -> Self {
        Self { memory_limit, documents: ArcSwap::default() }
    }

    /// Returns whether a document of about `size` bytes can be added without removing another one.
    pub(super) fn have_memory_for(&self, size: usize) -> bool {
        self.documents.load().is_empty() || self.size() + size <= self.memory_limit
    }

    /// Finds a document.
    pub(super) fn find(&self, format: Format, base: &BaseUrl, articles: usize) -> Option<Representation> {
        let documents = self.documents.load();
        let is_wanted = |document: &&RequestedDocument| {
            document.format == format && document.articles == articles && document.base == *base
        };
        documents.iter().find(is_wanted).map(|document| document.representation.clone())
    }

    /// Adds a document, and removes the oldest ones beyond `max_documents` and beyond the limit of their memory. Only one
    /// caller at a time may add one.
    pub(super) fn add(&self, document: RequestedDocument, max_documents: usize) {
        let mut documents = self.documents.load().to_vec();
        documents.push(document);
        documents.drain(..documents.len().saturating_sub(max_documents));
        let mut size: usize = documents.iter().map(|document| document.representation.size()).sum();
        while size > self.memory_limit && documents.len() > 1 {
            size -= documents.remove(0).representation.size();
        }
        self.documents.store(documents.into());
    }

    /// Returns how many documents are for another public address than `own_base`.
    pub(super) fn count_for_other_addresses(&self, own_base: &BaseUrl) -> usize {
        self.documents.load().iter().filter(|document| document.base != *own_base).count()
    }

    /// Returns the size in memory of the documents, in bytes.
    pub(super) fn size(&self) -> usize {
        self.documents.load().iter().map(|document| document.representation.size()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_documents_are_kept_and_found_by_address_format_and_number_of_articles() {
        let base = |host: &str| BaseUrl::from_config(&format!("https://{host}.example/").parse().unwrap());
        let (own, other) = (base("own"), base("other"));
        let kept = RequestedDocuments::within(MEMORY_LIMIT);
        for (base, articles) in [(&own, 1), (&own, 2), (&other, 2), (&own, 3)] {
            let representation = Representation::new("text/plain", vec![b'x'; articles]);
            let document =
                RequestedDocument { base: base.clone(), format: Format::Atom, articles, representation };
            kept.add(document, 3);
        }
        let length = |format, base, articles| {
            kept.find(format, base, articles).map(|document| document.identity().len())
        };
        assert_eq!([1, 2, 3].map(|articles| length(Format::Atom, &own, articles)), [None, Some(2), Some(3)]);
        assert_eq!((length(Format::Atom, &other, 2), length(Format::Rss, &own, 2)), (Some(2), None));
        assert_eq!((kept.count_for_other_addresses(&own), kept.size()), (1, 2 + 2 + 3));
    }

    #[test]
    fn documents_that_take_too_much_memory_are_removed_but_for_the_newest() {
        let base = BaseUrl::from_config(&"https://own.example/".parse().unwrap());
        let kept = RequestedDocuments::within(4);
        assert!(kept.have_memory_for(50), "one document may be larger");
        for (articles, sizes_after) in [(2, 2), (2, 4), (1, 3), (5, 5), (2, 2)] {
            let representation = Representation::new("text/plain", vec![b'x'; articles]);
            let document =
                RequestedDocument { base: base.clone(), format: Format::Rss, articles, representation };
            kept.add(document, 8);
            assert_eq!(kept.size(), sizes_after);
        }
        assert!(kept.have_memory_for(2) && !kept.have_memory_for(3));
    }
}

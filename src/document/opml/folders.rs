//! The folders that are open at a place of an outline.

/// How many names of nested folders are kept. Deeper folders are only counted.
const MAX_DEPTH: usize = 16;

/// The folders that are open, from the outermost.
#[derive(Default)]
pub(super) struct Folders {
    /// Names of the outermost folders; `None` for an outline without a name.
    names: Vec<Option<String>>,
    /// How many further folders are open.
    deeper: usize,
}

impl Folders {
    /// Opens a folder.
    pub(super) fn open(&mut self, name: Option<String>) {
        if self.names.len() < MAX_DEPTH {
            self.names.push(name);
        } else {
            self.deeper += 1;
        }
    }

    /// Closes the innermost folder. A closing tag too many does nothing.
    pub(super) fn close(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
        } else {
            self.names.pop();
        }
    }

    /// Returns the names of the open folders, each once.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for name in self.names.iter().flatten() {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }
}

/// Adds the parts of a category (`/News/Europe`) to `names`, each once.
pub(super) fn add_names(names: &mut Vec<String>, category: &str) {
    for part in category.split('/').map(str::trim).filter(|part| !part.is_empty()) {
        if !names.iter().any(|name| name == part) {
            names.push(part.to_owned());
        }
    }
}

//! The directories that paths in feeds.toml start from.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// The directories that paths in feeds.toml start from.
pub(super) struct BaseDirectories {
    /// Directory of feeds.toml, absolute. Relative paths start here.
    pub config_dir: PathBuf,
    /// Where systemd credentials are.
    pub credentials: CredentialSource,
}

/// Where systemd credentials are, and whether riverd can do without them.
pub(super) struct CredentialSource {
    /// Their directory (`$CREDENTIALS_DIRECTORY`), if there is one.
    pub directory: Option<PathBuf>,
    /// Whether a credential may stay unknown, as for a verb beside the service, which alone can read it.
    pub may_be_unknown: bool,
}

/// Whether this process is a verb that can do its work without the credentials of the service.
static IS_VERB: AtomicBool = AtomicBool::new(false);

/// Where systemd puts the credentials of the service. Root can read them while the service runs.
const SERVICE_CREDENTIALS: &str = "/run/credentials/riverd.service";

/// Lets a credential stay unknown if only the service can read it. Only verbs may call this. The daemon must not: it would
/// serve a river, or send a request, without its secret.
pub fn let_credentials_be_unknown() {
    IS_VERB.store(true, Ordering::Relaxed);
}

impl CredentialSource {
    /// Returns the credentials that the environment names, or else, for a verb, those of the running service.
    ///
    /// systemd before 257 names a directory to the `check` of `ExecReload=`, too, but lets only `ExecStart=` read it
    /// (<https://github.com/systemd/systemd/issues/35227>). A directory that can't be listed is no better than none.
    pub(super) fn from_environment() -> Self {
        let directory = std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from);
        let is_readable = directory.as_ref().is_some_and(|directory| directory.read_dir().is_ok());
        let may_be_unknown = !is_readable && IS_VERB.load(Ordering::Relaxed);
        let of_service = || may_be_unknown.then(|| PathBuf::from(SERVICE_CREDENTIALS));
        Self { directory: directory.or_else(of_service), may_be_unknown }
    }
}

//! Reads the secrets that feeds.toml refers to, from files and systemd credentials.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::base_directories::CredentialSource;
use super::open_file::open_without_waiting;
use super::problem::{Problem, ValueResult};
use crate::model::Secret;

/// Maximum size of a secret in bytes. Some tokens have a few kilobytes; a larger file is not a secret.
const MAX_BYTES: u64 = 16 * 1024;

/// Reads the secret that `reference` names: a path, relative to `folder`, or `credential:NAME` for a systemd credential
/// in the directory of `credentials` (`$CREDENTIALS_DIRECTORY`, systemd.exec(5)). The line end is not part of the secret.
/// If a credential may be unknown and can't be read, the secret is unknown.
///
/// Error messages contain nothing of the file's contents.
pub(super) fn read(reference: &str, folder: &Path, credentials: &CredentialSource) -> ValueResult<Secret> {
    let path = locate(reference, folder, credentials)?;
    if credentials.may_be_unknown && reference.starts_with(CREDENTIAL) && fs::File::open(&path).is_err() {
        return Ok(Secret::unknown());
    }
    let path_text = path.display();
    let unreadable = |error: std::io::Error| {
        let hint = "the file must exist and be readable by the user that runs riverd";
        Problem::with_hint(format!("names `{path_text}`, which can't be read: {error}"), hint)
    };
    let (file, metadata) = open_without_waiting(&path).map_err(unreadable)?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "a directory" } else { "not a regular file" };
        return Err(Problem::new(format!("names `{path_text}`, which is {what}")));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Problem::new(format!("names `{path_text}`, which is larger than {MAX_BYTES} bytes")));
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(Problem::new(format!("names `{path_text}`, which is not UTF-8 text")));
    };
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(Problem::with_hint(
            format!("names `{path_text}`, which is empty"),
            "write the secret into it",
        ));
    }
    if text.chars().any(char::is_control) {
        let message = format!("names `{path_text}`, which contains more than one line or control characters");
        return Err(Problem::with_hint(message, "the file must hold the secret and nothing else"));
    }
    Ok(Secret::new(text.to_owned()))
}

/// The beginning of a reference to a systemd credential.
const CREDENTIAL: &str = "credential:";

fn locate(reference: &str, folder: &Path, credentials: &CredentialSource) -> ValueResult<PathBuf> {
    let Some(name) = reference.strip_prefix(CREDENTIAL) else {
        return Ok(folder.join(reference));
    };
    if name.is_empty() || name.contains('/') || matches!(name, "." | "..") {
        let hint = "write `credential:` and the name given to `LoadCredential=`";
        return Err(Problem::with_hint("does not name a credential", hint));
    }
    let Some(directory) = &credentials.directory else {
        let message = format!("names the credential `{name}`, but `$CREDENTIALS_DIRECTORY` is not set");
        let hint = format!("systemd sets it for a service with `LoadCredential={name}:/path/to/file`");
        return Err(Problem::with_hint(message, hint));
    };
    Ok(directory.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: CredentialSource = CredentialSource { directory: None, may_be_unknown: false };

    fn file_with(contents: &[u8]) -> (tempfile::TempDir, ValueResult<Secret>) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("s"), contents).unwrap();
        let secret = read("s", folder.path(), &NONE);
        (folder, secret)
    }

    #[test]
    fn the_line_end_is_not_part_of_a_secret_but_spaces_are() {
        assert_eq!(file_with(b" p w \n").1.unwrap().expose(), " p w ");
        assert_eq!(file_with(b"pw\r\n").1.unwrap().expose(), "pw");
        assert_eq!(file_with(b"pw").1.unwrap().expose(), "pw");
    }

    #[test]
    fn files_without_a_valid_secret_are_refused_and_their_contents_never_shown() {
        let large = b"geheim".repeat(3_000);
        let cases: [(&[u8], &str); 5] = [
            (b"", "empty"),
            (b" \n", "empty"),
            (b"geheim\ngeheim\n", "more than one line"),
            (b"geheim\xff", "not UTF-8"),
            (&large, "larger than 16384 bytes"),
        ];
        for (contents, why) in cases {
            let problem = file_with(contents).1.unwrap_err();
            assert!(problem.message.contains(why), "{problem:?}");
            assert!(!format!("{problem:?}").contains("geheim"), "{problem:?}");
        }
    }

    #[test]
    fn a_missing_file_and_a_directory_get_different_messages() {
        let folder = tempfile::tempdir().unwrap();
        let missing = read("nothing", folder.path(), &NONE).unwrap_err();
        assert!(missing.message.contains("No such file"), "{missing:?}");
        let directory = read(".", folder.path(), &NONE).unwrap_err();
        assert!(directory.message.contains("is a directory"), "{directory:?}");
    }

    #[test]
    fn a_credential_is_read_only_from_the_credentials_directory() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token"), "abc").unwrap();
        let credentials =
            CredentialSource { directory: Some(folder.path().to_owned()), may_be_unknown: false };
        let elsewhere = Path::new("/nowhere");
        assert_eq!(read("credential:token", elsewhere, &credentials).unwrap().expose(), "abc");
        assert!(
            read("credential:token", folder.path(), &NONE)
                .unwrap_err()
                .message
                .contains("CREDENTIALS_DIRECTORY")
        );
        for bad in ["credential:", "credential:../token", "credential:..", "credential:/etc/passwd"] {
            assert!(
                read(bad, elsewhere, &credentials)
                    .unwrap_err()
                    .message
                    .contains("does not name a credential")
            );
        }
    }

    #[test]
    fn a_verb_does_without_a_credential_that_only_the_service_can_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token"), "abc").unwrap();
        let beside = CredentialSource { directory: Some(folder.path().to_owned()), may_be_unknown: true };
        let secret = |reference: &str| read(reference, folder.path(), &beside);
        assert_eq!(secret("credential:token").unwrap().expose(), "abc");
        assert!(!secret("credential:other").unwrap().is_known());
        assert!(secret("other").is_err(), "a file must exist");
        assert!(secret("credential:../token").is_err());
    }
}

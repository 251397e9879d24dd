//! `file:` sources: reads files within the same limits as answers over HTTP.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;

use super::blocking::BlockingPool;
use super::body::BodyError;
use super::failure::{self, failure};
use crate::model::{Failure, FailureKind, FetchOutcome, Fetched, Freshness, LinkHeaders, Validators};

/// How many files are read at once. Calls that hang on a dead network share keep their permits.
const MAX_READS: usize = 8;

/// Creates the pool of the threads that read files.
pub(crate) fn pool() -> BlockingPool {
    BlockingPool::new("file", MAX_READS)
}

/// Reads the file at `path`, unless its validators are still `known`.
pub(crate) async fn fetch(
    pool: &BlockingPool,
    limit: Duration,
    path: &Path,
    known: &Validators,
    cap: u64,
) -> FetchOutcome {
    let (asked, known) = (path.to_owned(), known.clone());
    let read = pool.run(limit, move || read(&asked, &known, cap)).await;
    match read {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(failure)) => failed(failure),
        Err(why) => {
            failed(failure(FailureKind::Timeout, format!("can't read `{}`: {why}", path.display()), None))
        }
    }
}

fn failed(failure: Failure) -> FetchOutcome {
    FetchOutcome::Failed { status: None, failure, freshness: Freshness::default() }
}

fn read(path: &Path, known: &Validators, cap: u64) -> Result<FetchOutcome, Failure> {
    let found = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if is_open_for_writing(&found) {
        return Err(no_document(path, "riverd itself writes to it"));
    }
    let file = open(path).map_err(|error| unreadable(path, &error))?;
    let about = file.metadata().map_err(|error| unreadable(path, &error))?;
    if !about.is_file() {
        let what = if about.is_dir() { "it is a directory" } else { "it is not a regular file" };
        return Err(no_document(path, what));
    }
    let validators = validators(&about);
    if *known == validators {
        return Ok(FetchOutcome::NotModified {
            validators,
            freshness: Freshness::default(),
            moved_to: None,
            final_url: None,
        });
    }
    let mut body = Vec::new();
    file.take(cap.saturating_add(1)).read_to_end(&mut body).map_err(|error| unreadable(path, &error))?;
    if body.len() as u64 > cap {
        return Err(failure::body(&BodyError::TooLarge, cap));
    }
    Ok(FetchOutcome::Fresh(Box::new(Fetched {
        status: None,
        body: Bytes::from(body),
        content_type: None,
        validators,
        final_url: None,
        moved_to: None,
        freshness: Freshness::default(),
        links: LinkHeaders::default(),
        stand_in: None,
        varies_by_accept: false,
        refresh: None,
    })))
}

/// Returns whether this process has the file open for writing, as it has its database. Such a file must not be opened to read
/// it, because whoever closes a file gives up SQLite's locks on it in the whole process
/// (<https://www.sqlite.org/howtocorrupt.html>, 2.2). The permissions of a link in this directory say how its file was opened
/// (proc_pid_fd(5)).
fn is_open_for_writing(file: &Metadata) -> bool {
    let Ok(open_files) = fs::read_dir("/proc/self/fd") else { return false };
    open_files.flatten().map(|open_file| open_file.path()).any(|link| {
        fs::symlink_metadata(&link).is_ok_and(|about| about.mode() & 0o200 != 0)
            && fs::metadata(&link).is_ok_and(|open| (open.dev(), open.ino()) == (file.dev(), file.ino()))
    })
}

/// Opens a file without waiting. Otherwise opening a FIFO that nobody writes to would hang.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32).open(path)
}

/// Returns an ETag for a file, made of its times, its size and its inode. Nobody can set the time of its last status change, so
/// a copy that keeps the old date counts as changed too.
fn validators(about: &Metadata) -> Validators {
    let etag = format!(
        "{}.{:09}-{}.{:09}-{}-{}",
        about.mtime(),
        about.mtime_nsec(),
        about.ctime(),
        about.ctime_nsec(),
        about.len(),
        about.ino()
    );
    Validators { etag: Some(etag.into_bytes()), last_modified: None }
}

fn no_document(path: &Path, why: &str) -> Failure {
    let hint = "name a feed document in a file of its own";
    failure(FailureKind::Blocked, format!("can't read `{}`: {why}", path.display()), Some(hint))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let hint = match error.kind() {
        io::ErrorKind::NotFound => {
            "check the path; a relative one starts at the directory of feeds.toml".to_owned()
        }
        io::ErrorKind::PermissionDenied => format!(
            "let the user that riverd runs as read it{}",
            if is_hidden_by_systemd(path) { "; the systemd unit hides /home and /root" } else { "" }
        ),
        _ => return failure(FailureKind::Blocked, format!("can't read `{}`: {error}", path.display()), None),
    };
    failure(FailureKind::Blocked, format!("can't read `{}`: {error}", path.display()), Some(&hint))
}

fn is_hidden_by_systemd(path: &Path) -> bool {
    [PathBuf::from("/home"), PathBuf::from("/root")].iter().any(|hidden| path.starts_with(hidden))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);
    const UNKNOWN: Validators = Validators { etag: None, last_modified: None };

    async fn fetch_file(path: &Path, known: &Validators) -> FetchOutcome {
        fetch(&pool(), LONG, path, known, 1000).await
    }

    fn message(outcome: FetchOutcome) -> (FailureKind, String) {
        match outcome {
            FetchOutcome::Failed { failure, status: None, .. } => (failure.kind, failure.message),
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_file_is_read_once_and_again_after_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feed.xml");
        fs::write(&path, "<rss/>").unwrap();
        let FetchOutcome::Fresh(first) = fetch_file(&path, &UNKNOWN).await else { panic!() };
        assert_eq!(&first.body[..], b"<rss/>");

        let again = fetch_file(&path, &first.validators).await;
        assert!(
            matches!(again, FetchOutcome::NotModified { validators, .. } if validators == first.validators)
        );

        fs::write(&path, "<rss />").unwrap();
        let FetchOutcome::Fresh(changed) = fetch_file(&path, &first.validators).await else { panic!() };
        assert_eq!(&changed.body[..], b"<rss />");
    }

    #[tokio::test]
    async fn a_file_that_riverd_writes_to_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("riverd.db"), folder.path().join("feed.xml"));
        let database = File::create(&path).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        for name in [&path, &link] {
            let (kind, text) = message(fetch_file(name, &UNKNOWN).await);
            assert_eq!(kind, FailureKind::Blocked);
            assert!(text.ends_with("riverd itself writes to it"), "{text}");
        }
        drop(database);
        let read_by_another = File::open(&path).unwrap();
        assert!(matches!(fetch_file(&link, &UNKNOWN).await, FetchOutcome::Fresh(_)));
        drop(read_by_another);
    }

    #[tokio::test]
    async fn a_path_that_is_not_a_readable_file_fails_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let (kind, text) = message(fetch_file(&folder.path().join("none.xml"), &UNKNOWN).await);
        assert_eq!(kind, FailureKind::Blocked);
        assert!(text.contains("none.xml") && text.contains("No such file"), "{text}");

        let (kind, text) = message(fetch_file(folder.path(), &UNKNOWN).await);
        assert_eq!(kind, FailureKind::Blocked);
        assert!(text.ends_with("it is a directory"), "{text}");

        let fifo = folder.path().join("fifo");
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        let (kind, text) = message(fetch_file(&fifo, &UNKNOWN).await);
        assert_eq!(kind, FailureKind::Blocked);
        assert!(text.ends_with("it is not a regular file"), "{text}");

        let large = folder.path().join("large.xml");
        fs::write(&large, vec![b'x'; 1001]).unwrap();
        assert_eq!(message(fetch_file(&large, &UNKNOWN).await).0, FailureKind::TooLarge);
        let (kind, _) = message(fetch_file(Path::new("/dev/zero"), &UNKNOWN).await);
        assert_eq!(kind, FailureKind::Blocked);
    }
}

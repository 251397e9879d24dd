//! Tests opening a database: what is created, what is refused untouched, and what each refusal says.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use riverd::store::{Store, StoreError};
use rusqlite::Connection;
use tempfile::TempDir;

use super::fixture::{StoreFixture, entry, exact, source};

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("riverd.db");
    (folder, path)
}

/// Returns why opening `path` is refused. Checks that the error names the file and a way out, and that the bytes stayed
/// as they were.
fn refused(path: &Path) -> StoreError {
    let before = fs::read(path).unwrap();
    let error = Store::open(path, &exact()).unwrap_err();
    assert!(error.is_permanent(), "{error}");
    assert!(error.to_string().contains(path.file_name().unwrap().to_str().unwrap()), "{error}");
    assert!(error.hint().is_some(), "{error}");
    assert!(fs::read(path).unwrap() == before, "{error}: the file was changed");
    error
}

/// Returns a database with articles in it that was closed properly.
async fn filled() -> (TempDir, PathBuf) {
    let (folder, path) = folder();
    let fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", (0..50).map(|page| entry("a", &page.to_string())).collect()).await;
    fixture.store.close().await.unwrap();
    fs::copy(fixture.path(), &path).unwrap();
    (folder, path)
}

#[tokio::test]
async fn only_the_owner_may_read_a_new_database_and_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/riverd.db");
    let store = Store::open(&path, &exact()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    store.close().await.unwrap();
    assert!(!folder.path().join("state/riverd.db-wal").exists(), "closing empties the log");
}

#[tokio::test]
async fn a_second_riverd_is_refused_and_readers_are_not() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let error = Store::open(&fixture.path(), &exact()).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    assert!(error.is_permanent());
    let link = fixture.path().with_file_name("link.db");
    std::os::unix::fs::symlink(fixture.path(), &link).unwrap();
    let error = Store::open(&link, &exact()).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "through a symbolic link: {error}");
    let reader = Store::open_read_only(&fixture.path(), &[], &exact()).unwrap();
    assert_eq!(reader.statuses().await.unwrap()[0].articles, 1);
    assert!(matches!(reader.publish(fixture.now).await, Err(StoreError::ReadOnly)));
    fixture.poll("a", vec![entry("a", "1"), entry("a", "2")]).await;
    assert_eq!(
        reader.statuses().await.unwrap()[0].articles,
        2,
        "a reader sees what is committed after it opened"
    );
}

#[tokio::test]
async fn after_a_store_is_closed_another_one_opens_and_the_closed_one_answers_nothing() {
    let mut fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let old = fixture.store.clone();
    fixture.restart().await;
    assert_eq!(fixture.river(10).await.len(), 1);
    assert!(matches!(old.ping().await, Err(StoreError::Closed)));
    assert!(matches!(old.statuses().await, Err(StoreError::Closed)));
    fixture.store.ping().await.unwrap();
}

#[tokio::test]
async fn a_store_that_is_dropped_without_closing_loses_nothing() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let path = fixture.path();
    let StoreFixture { store, .. } = &fixture;
    // As after a crash, the files are copied while the store is open.
    let (_folder, copy) = folder();
    for suffix in ["", "-wal"] {
        fs::copy(format!("{}{suffix}", path.display()), format!("{}{suffix}", copy.display())).unwrap();
    }
    store.ping().await.unwrap();
    let reopened = Store::open(&copy, &exact()).unwrap();
    reopened.publish(fixture.now).await.unwrap();
    assert_eq!(reopened.statuses().await.unwrap()[0].articles, 1);
}

#[tokio::test]
async fn a_transaction_that_a_crash_left_half_written_is_rolled_back() {
    let (_folder, path) = filled().await;
    let conn = Connection::open(&path).unwrap();
    // In the first moments of a database it has no write-ahead log yet. The small cache makes SQLite write pages early.
    conn.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(())).unwrap();
    conn.pragma_update(None, "cache_size", 1).unwrap();
    conn.execute_batch("begin; update texts set content = zeroblob(0) || hex(randomblob(9000))").unwrap();
    let (_other, crashed) = folder();
    for suffix in ["", "-journal"] {
        fs::copy(format!("{}{suffix}", path.display()), format!("{}{suffix}", crashed.display())).unwrap();
    }
    assert_ne!(
        fs::metadata(format!("{}-journal", crashed.display())).unwrap().len(),
        0,
        "nothing to roll back"
    );
    let store = Store::open(&crashed, &exact()).unwrap();
    assert_eq!(store.statuses().await.unwrap()[0].articles, 50);
    store.close().await.unwrap();
    let longest = Connection::open(&crashed)
        .unwrap()
        .query_row("select max(length(content)) from texts", [], |row| row.get::<_, i64>(0))
        .unwrap();
    assert!(longest < 100, "{longest}");
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let (_folder, path) = filled().await;
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 900).unwrap();
    let error = refused(&path);
    assert!(matches!(error, StoreError::Newer { found: 900, .. }), "{error}");
    assert!(matches!(Store::open_read_only(&path, &[], &exact()), Err(StoreError::Newer { .. })));
}

#[test]
fn the_database_of_another_program_is_refused() {
    let (_folder, path) = folder();
    Connection::open(&path)
        .unwrap()
        .execute_batch("create table other (a); pragma user_version = 1")
        .unwrap();
    assert!(matches!(refused(&path), StoreError::OtherProgram { .. }));
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    for bytes in [&b"<html>"[..], &[0; 4096], b"SQLite format 2\0 and more", &[0xff; 10_000]] {
        let (_folder, path) = folder();
        fs::write(&path, bytes).unwrap();
        assert!(matches!(refused(&path), StoreError::NotADatabase { .. }));
    }
}

#[tokio::test]
async fn a_database_cut_off_anywhere_is_refused() {
    let (_folder, path) = filled().await;
    let whole = fs::read(&path).unwrap();
    for length in [1, 99, 100, 4095, 4096, whole.len() / 2, whole.len() - 4096, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let error = refused(&path);
        assert!(
            matches!(error, StoreError::Corrupt { .. } | StoreError::NotADatabase { .. }),
            "{length} bytes: {error}"
        );
    }
}

#[tokio::test]
async fn damaged_pages_are_found_when_the_database_is_opened() {
    let (_folder, path) = filled().await;
    let whole = fs::read(&path).unwrap();
    for page in 1..whole.len() / 4096 {
        let mut damaged = whole.clone();
        damaged[page * 4096..page * 4096 + 512].fill(0xa5);
        fs::write(&path, &damaged).unwrap();
        let error = refused(&path);
        assert!(matches!(error, StoreError::Corrupt { .. }), "page {page}: {error}");
    }
}

#[tokio::test]
async fn a_deleted_log_is_noticed() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let path = fixture.path();
    let before = fs::read(&path).unwrap();
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.store.close().await.unwrap();
    // This is as if the log had been deleted before it was copied into the database.
    fs::write(&path, before).unwrap();
    let error = refused(&path);
    assert!(matches!(error, StoreError::LogMissing { lost: 2, .. }), "{error}");
    // This is the way out that the hint names.
    fs::remove_file(path.with_extension("lock")).unwrap();
    Store::open(&path, &exact()).unwrap().close().await.unwrap();
}

#[tokio::test]
async fn a_log_that_another_program_copied_into_the_database_is_no_error() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    fixture.poll("a", vec![entry("a", "1")]).await;
    let path = fixture.path();
    let conn = Connection::open(&path).unwrap();
    conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
    fixture.store.close().await.unwrap();
    Store::open(&path, &exact()).unwrap().close().await.unwrap();
}

#[tokio::test]
async fn a_backup_in_the_place_of_the_database_is_opened() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let backup = fixture.path().with_extension("backup");
    fs::copy(fixture.path(), &backup).unwrap();
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.store.close().await.unwrap();
    fs::rename(&backup, fixture.path()).unwrap();
    Store::open(&fixture.path(), &exact()).unwrap().close().await.unwrap();
}

#[tokio::test]
async fn a_copy_of_the_folder_is_opened_and_is_refused_if_its_database_lacks_commits() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let before = fs::read(fixture.path()).unwrap();
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.store.close().await.unwrap();
    for lacks_commits in [false, true] {
        let (_folder, path) = folder();
        // Another file first, so that no inode gets the number of the one that it is a copy of.
        fs::write(path.with_extension("other"), "").unwrap();
        fs::copy(fixture.path(), &path).unwrap();
        fs::copy(fixture.path().with_extension("lock"), path.with_extension("lock")).unwrap();
        if lacks_commits {
            fs::write(&path, &before).unwrap();
            let error = refused(&path);
            assert!(matches!(error, StoreError::LogMissing { lost: 2, .. }), "{error}");
        } else {
            Store::open(&path, &exact()).unwrap().close().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_backup_that_gets_the_inode_of_the_deleted_database_is_opened() {
    let fixture = StoreFixture::with(&[source("a")]).await;
    let before = fs::read(fixture.path()).unwrap();
    fixture.poll("a", vec![entry("a", "1")]).await;
    fixture.store.close().await.unwrap();
    fs::remove_file(fixture.path()).unwrap();
    fs::write(fixture.path(), before).unwrap();
    Store::open(&fixture.path(), &exact()).unwrap().close().await.unwrap();
}

#[tokio::test]
async fn a_log_without_its_database_is_kept() {
    let (folder, path) = folder();
    let log = folder.path().join("riverd.db-wal");
    fs::write(&log, b"all that is left").unwrap();
    let error = Store::open(&path, &exact()).unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    assert_eq!(fs::read(&log).unwrap(), b"all that is left");
}

#[tokio::test]
async fn reading_without_a_database_fails_and_creates_nothing() {
    let (folder, path) = folder();
    let error = Store::open_read_only(&path, &[], &exact()).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
    assert!(error.hint().is_some() && !error.is_permanent());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "reading creates nothing");
}

#[test]
fn a_folder_that_can_t_be_created_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Store::open(&file.join("state/riverd.db"), &exact()).unwrap_err();
    assert!(matches!(error, StoreError::NotWritable { .. }), "{error}");
    assert!(error.is_permanent());
}

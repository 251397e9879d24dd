//! Tests the writer on a real file: which writes succeed, which fail, and what is on the disk afterwards.

use super::*;

struct WriterFixture {
    writer: Writer,
    path: Arc<Path>,
    _folder: tempfile::TempDir,
}

impl WriterFixture {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path: Arc<Path> = folder.path().join("riverd.db").into();
        let writer =
            Writer::start(Arc::clone(&path), open::for_writing(&path, |_, _, _| Ok(())).unwrap()).unwrap();
        let fixture = Self { writer, path, _folder: folder };
        fixture
            .writer
            .write(Priority::Soon, |conn| {
                Ok(conn.execute_batch("create table notes (text text unique) strict")?)
            })
            .await
            .unwrap();
        fixture
    }

    /// Lets the database have at most this many pages, as a full disk does.
    async fn limit_pages(&self, limit: i64) -> Result<(), StoreError> {
        let limited = self.writer.write(Priority::Soon, move |conn| {
            conn.pragma_update_and_check(None, "max_page_count", limit, |row| row.get::<_, i64>(0))?;
            Ok(())
        });
        limited.await
    }

    async fn note(&self, text: &str) -> Result<(), StoreError> {
        let text = text.to_owned();
        self.writer.write(Priority::Soon, move |conn| insert(conn, &text)).await
    }

    /// Returns the notes that another connection sees. These are the committed notes.
    fn notes(&self) -> Vec<String> {
        let conn = open::reader(&self.path).unwrap();
        let mut query = conn.prepare("select substr(text, 1, 20) from notes order by rowid").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// Holds the thread in a transaction until the sender is dropped, so that the writes which are sent meanwhile share
    /// the next commit.
    async fn hold(&self) -> std::sync::mpsc::Sender<()> {
        let (release, held) = std::sync::mpsc::channel::<()>();
        let (entered, entering) = oneshot::channel();
        let writer = self.writer.clone();
        tokio::spawn(async move {
            let work = writer.write(Priority::Soon, move |_| {
                entered.send(()).unwrap();
                held.recv().unwrap_err();
                Ok(())
            });
            work.await.unwrap();
        });
        entering.await.unwrap();
        release
    }
}

fn insert(conn: &Connection, text: &str) -> Result<(), StoreError> {
    conn.execute("insert into notes (text) values (?)", [text])?;
    Ok(())
}

/// Counts the transactions in the log: each commit marks one frame with the size of the database.
fn commits(path: &Path) -> usize {
    let log = std::fs::read(format!("{}-wal", path.display())).unwrap();
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    log[32..].chunks_exact(24 + page).filter(|frame| frame[4..8] != [0; 4]).count()
}

#[tokio::test]
async fn waiting_writes_share_one_commit() {
    let fixture = WriterFixture::new().await;
    let before = commits(&fixture.path);
    let held = fixture.hold().await;
    let texts = ["a", "b", "c", "d"];
    let waiting = texts.map(|text| fixture.note(text));
    let (done, ()) = tokio::join!(futures_util::future::join_all(waiting), async {
        tokio::task::yield_now().await;
        drop(held);
    });
    assert!(done.iter().all(Result::is_ok));
    assert_eq!(fixture.notes(), texts);
    assert_eq!(commits(&fixture.path) - before, 1);
}

#[tokio::test]
async fn a_write_that_fails_or_panics_affects_no_other() {
    let fixture = WriterFixture::new().await;
    let held = fixture.hold().await;
    let fails = fixture.writer.write(Priority::Soon, |conn| {
        insert(conn, "half of what fails")?;
        insert(conn, "a")
    });
    let panics = fixture.writer.write(Priority::Soon, |conn| -> Result<(), StoreError> {
        insert(conn, "half of what panics")?;
        panic!("on purpose")
    });
    let (first, failed, panicked, last, ()) =
        tokio::join!(fixture.note("a"), fails, panics, fixture.note("b"), async {
            tokio::task::yield_now().await;
            drop(held);
        });
    first.unwrap();
    last.unwrap();
    assert!(matches!(failed, Err(StoreError::Sqlite(_))), "{failed:?}");
    assert!(matches!(&panicked, Err(StoreError::Panicked(why)) if why == "on purpose"), "{panicked:?}");
    assert_eq!(fixture.notes(), ["a", "b"]);
}

#[tokio::test]
async fn writes_that_can_run_again_are_stored_once_if_one_of_them_fails() {
    let fixture = WriterFixture::new().await;
    let writer = &fixture.writer;
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    // The first write waits for the others, which share the next transaction.
    let holds = writer.write_repeatably(Priority::InTurn, move |conn| {
        held.lock().unwrap().recv().unwrap_err();
        insert(conn, "a")
    });
    let note = |text: &'static str| writer.write_repeatably(Priority::InTurn, move |conn| insert(conn, text));
    let fails = writer.write_repeatably(Priority::InTurn, |conn| {
        insert(conn, "half of what fails")?;
        insert(conn, "b")
    });
    let panics = writer.write_repeatably(Priority::InTurn, |conn| -> Result<(), StoreError> {
        insert(conn, "half of what panics")?;
        panic!("on purpose")
    });
    let (first, second, failed, panicked, last, ()) =
        tokio::join!(holds, note("b"), fails, panics, note("c"), async {
            tokio::task::yield_now().await;
            drop(release);
        });
    for stored in [first, second, last] {
        stored.unwrap();
    }
    assert!(matches!(failed, Err(StoreError::Sqlite(_))), "{failed:?}");
    assert!(matches!(&panicked, Err(StoreError::Panicked(why)) if why == "on purpose"), "{panicked:?}");
    assert_eq!(fixture.notes(), ["a", "b", "c"]);
}

#[tokio::test]
async fn a_full_disk_fails_only_what_does_not_fit_and_needs_no_restart() {
    let fixture = WriterFixture::new().await;
    fixture.note("before").await.unwrap();
    fixture.limit_pages(1).await.unwrap();
    let error = fixture.note(&"large ".repeat(10_000)).await.unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error}");
    assert!(!error.is_permanent() && error.hint().is_some());
    assert_eq!(fixture.notes(), ["before"], "readers still work");
    fixture.limit_pages(1_000_000).await.unwrap();
    fixture.note("after").await.unwrap();
    assert_eq!(fixture.notes(), ["before", "after"]);
}

#[tokio::test]
async fn a_commit_that_fails_fails_all_writes_in_it_and_the_next_one_succeeds() {
    let fixture = WriterFixture::new().await;
    let held = fixture.hold().await;
    // A constraint that is checked at the commit stands for a disk that refuses the commit.
    let spoils = fixture.writer.write(Priority::Soon, |conn| {
        conn.execute_batch(
            "create table parents (id integer primary key) strict;
             create table children (id integer references parents (id) deferrable initially deferred) strict;
             insert into children values (1)",
        )?;
        Ok(())
    });
    let (noted, failed, ()) = tokio::join!(fixture.note("shared"), spoils, async {
        tokio::task::yield_now().await;
        drop(held);
    });
    assert!(matches!(noted, Err(StoreError::Sqlite(_))), "{noted:?}");
    assert!(failed.is_err());
    assert!(fixture.notes().is_empty());
    fixture.note("next").await.unwrap();
    assert_eq!(fixture.notes(), ["next"]);
}

#[tokio::test]
async fn closing_finishes_waiting_writes_and_refuses_later_ones() {
    let fixture = WriterFixture::new().await;
    let held = fixture.hold().await;
    let (noted, closed, ()) = tokio::join!(fixture.note("waiting"), fixture.writer.close(), async {
        tokio::task::yield_now().await;
        drop(held);
    });
    noted.unwrap();
    closed.unwrap();
    assert!(matches!(fixture.note("late").await, Err(StoreError::Closed)));
    assert_eq!(fixture.notes(), ["waiting"]);
}

#[tokio::test]
async fn closing_does_not_wait_for_a_reader_and_loses_nothing() {
    let fixture = WriterFixture::new().await;
    let reader = open::reader(&fixture.path).unwrap();
    let _snapshot = reader.unchecked_transaction().unwrap();
    reader.query_row("select count(*) from notes", [], |row| row.get::<_, i64>(0)).unwrap();
    fixture.note("after the snapshot").await.unwrap();
    let started = Instant::now();
    fixture.writer.close().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(fixture.notes(), ["after the snapshot"]);
}

#[tokio::test]
async fn an_urgent_write_comes_before_the_documents_that_wait() {
    let fixture = WriterFixture::new().await;
    let held = fixture.hold().await;
    let document =
        |text: &'static str| fixture.writer.write(Priority::InTurn, move |conn| insert(conn, text));
    let (first, second, claim, ()) =
        tokio::join!(document("first"), document("second"), fixture.note("claim"), async {
            tokio::task::yield_now().await;
            drop(held);
        });
    assert!(first.is_ok() && second.is_ok() && claim.is_ok());
    assert_eq!(fixture.notes(), ["claim", "first", "second"]);
}

#[tokio::test]
async fn a_transaction_is_committed_when_its_time_is_up_though_more_writes_wait() {
    let fixture = WriterFixture::new().await;
    let before = commits(&fixture.path);
    let held = fixture.hold().await;
    let slow = |text: &'static str| {
        fixture.writer.write(Priority::InTurn, move |conn| {
            let until = Instant::now() + COMMIT_AFTER;
            while Instant::now() < until {
                std::hint::spin_loop();
            }
            insert(conn, text)
        })
    };
    let (first, second, ()) = tokio::join!(slow("first"), slow("second"), async {
        tokio::task::yield_now().await;
        drop(held);
    });
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(commits(&fixture.path) - before, 2);
}

#[tokio::test]
async fn the_health_says_without_waiting_what_the_writer_does_and_why_it_cant_write() {
    let fixture = WriterFixture::new().await;
    let health = || fixture.writer.health().read();
    let held = fixture.hold().await;
    assert!(health().busy_for.is_some() && health().write_problem().is_none());
    drop(held);
    fixture.note("before").await.unwrap();
    fixture.limit_pages(1).await.unwrap();
    fixture.note(&"large ".repeat(10_000)).await.unwrap_err();
    let failure = health().failure.unwrap();
    assert!(failure.message.contains("no room") && failure.hint.is_some(), "{failure}");
    fixture.limit_pages(1_000_000).await.unwrap();
    fixture.note("after").await.unwrap();
    assert_eq!(health().failure, None);
}

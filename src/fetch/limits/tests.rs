//! Tests of slots, permits and gaps, with a paused clock.

use super::*;
use crate::model::Location;

fn limits(concurrency: usize, per_host: usize, gap: Duration) -> Limits {
    Limits {
        slots: Arc::new(Semaphore::new(concurrency)),
        concurrency,
        per_host,
        gap,
        hosts: Arc::default(),
        pauses: Pauses::default(),
    }
}

fn location(url: &str) -> Location {
    Location::Http(url.parse().unwrap())
}

fn busy(limits: &Limits) -> Vec<String> {
    let mut busy: Vec<_> = limits.busy_hosts().into_iter().collect();
    busy.sort();
    busy
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_public_host_is_busy_while_it_is_asked_and_for_the_gap_after_the_start() {
    let limits = limits(8, 1, SECOND);
    let permit = limits.queue(&location("https://slow.example/a"));
    assert_eq!(busy(&limits), ["slow.example"]);
    drop(permit);
    assert_eq!(busy(&limits), ["slow.example"], "the gap is not over");
    tokio::time::advance(SECOND).await;
    assert_eq!(busy(&limits), [""; 0]);
    assert!(limits.hosts.uses().is_empty(), "no entry is kept for an idle host");
}

#[tokio::test(start_paused = true)]
async fn a_private_host_needs_no_gap() {
    let limits = limits(8, 1, SECOND);
    let permit = limits.queue(&location("http://127.0.0.1:8080/a"));
    assert_eq!(busy(&limits), ["127.0.0.1"]);
    drop(permit);
    assert_eq!(busy(&limits), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn two_requests_to_one_host_begin_a_gap_apart() {
    let limits = limits(8, 2, SECOND);
    let started = Instant::now();
    let mut first = limits.queue(&location("https://h.example/a"));
    let mut second = limits.queue(&location("https://h.example/b"));
    first.begin().await;
    assert_eq!(started.elapsed(), Duration::ZERO);
    second.begin().await;
    assert!(started.elapsed() >= SECOND);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_gap_holds_no_slot_that_others_could_use() {
    let limits = limits(1, 2, SECOND * 60);
    limits.queue(&location("https://slow.example/a")).begin().await;
    let mut waiting = limits.queue(&location("https://slow.example/b"));
    let waits = tokio::spawn(async move { waiting.begin().await });
    tokio::task::yield_now().await;
    let mut other = limits.queue(&location("https://other.example/"));
    let started = Instant::now();
    other.begin().await;
    assert_eq!(started.elapsed(), Duration::ZERO);
    waits.abort();
}

#[tokio::test(start_paused = true)]
async fn a_host_with_two_slots_is_busy_only_with_two_requests() {
    let limits = limits(8, 2, Duration::ZERO);
    let first = limits.queue(&location("https://h.example/a"));
    assert_eq!(busy(&limits), [""; 0]);
    let second = limits.queue(&location("https://h.example/b"));
    assert_eq!(busy(&limits), ["h.example"]);
    drop((first, second));
    assert_eq!(busy(&limits), [""; 0]);
}

/// Returns a deadline that is long enough if a slot becomes free at all.
fn soon() -> Instant {
    Instant::now() + SECOND * 60
}

#[tokio::test(start_paused = true)]
async fn requests_that_redirect_to_each_others_hosts_do_not_deadlock() {
    let limits = limits(1, 1, SECOND);
    let (a, b) = (location("https://a.example/"), location("https://b.example/"));
    let lead = |from: Location, to: Location| {
        let limits = limits.clone();
        async move {
            let mut permit = limits.queue(&from);
            permit.begin().await;
            assert!(permit.move_to(&to, soon()).await);
        }
    };
    tokio::join!(lead(a.clone(), b.clone()), lead(b, a));
    assert_eq!(limits.waiting(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_waits_after_a_redirect_holds_neither_its_host_nor_a_slot() {
    let limits = limits(2, 1, Duration::ZERO);
    let cdn = location("https://cdn.example/");
    let mut holder = limits.queue(&cdn);
    holder.begin().await;
    let mut led = limits.queue(&location("https://a.example/"));
    led.begin().await;
    let waits = tokio::spawn(async move { led.move_to(&location("https://cdn.example/x"), soon()).await });
    while limits.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(busy(&limits), ["cdn.example"]);
    limits.queue(&location("https://a.example/")).begin().await;
    drop(holder);
    assert!(waits.await.unwrap());
    assert_eq!((limits.waiting(), busy(&limits)), (0, Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn a_redirect_waits_for_a_host_until_its_deadline_and_not_at_all_on_the_same_host() {
    let limits = limits(8, 1, SECOND);
    let (a, b) = (location("https://a.example/1"), location("https://b.example/"));
    let _holder = limits.queue(&b);
    let mut led = limits.queue(&a);
    led.begin().await;
    let started = Instant::now();
    assert!(led.move_to(&location("https://a.example/2"), soon()).await);
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert!(!led.move_to(&b, soon()).await);
    assert_eq!(limits.waiting(), 0);
}

#[tokio::test(start_paused = true)]
async fn requests_in_flight_count_under_a_new_configuration() {
    let config = |polling: &str| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, format!("[polling]\n{polling}\n")).unwrap();
        crate::config::load(&path).unwrap().polling
    };
    let before = Limits::new(&config("per_host_gap = \"5s\""));
    let mut permit = before.queue(&location("https://h.example/a"));
    permit.begin().await;
    let after = before.renewed(&config("per_host_gap = \"5s\"")).renewed(&config("concurrency = 3"));
    assert_eq!(busy(&after), ["h.example"]);
    drop(permit);
    assert_eq!(busy(&after), ["h.example"], "the gap is not over");
    tokio::time::advance(SECOND * 5).await;
    assert_eq!(busy(&after), [""; 0]);
}

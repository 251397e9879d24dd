//! Places, turns and gaps, on a clock that stands still unless everything waits.

use super::*;
use crate::model::Location;

fn limits(concurrency: usize, per_host: usize, gap: Duration) -> Limits {
    Limits { places: Arc::new(Semaphore::new(concurrency)), per_host, gap, hosts: Arc::default() }
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
    let turn = limits.queue(&location("https://slow.example/a"));
    assert_eq!(busy(&limits), ["slow.example"]);
    drop(turn);
    assert_eq!(busy(&limits), ["slow.example"], "the gap is not over");
    tokio::time::advance(SECOND).await;
    assert_eq!(busy(&limits), [""; 0]);
    assert!(limits.hosts.lock().unwrap().is_empty(), "nothing is kept of a host that is at rest");
}

#[tokio::test(start_paused = true)]
async fn a_host_of_ones_own_needs_no_gap() {
    let limits = limits(8, 1, SECOND);
    let turn = limits.queue(&location("http://127.0.0.1:8080/a"));
    assert_eq!(busy(&limits), ["127.0.0.1"]);
    drop(turn);
    assert_eq!(busy(&limits), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn two_turns_at_one_host_begin_a_gap_apart() {
    let limits = limits(8, 2, SECOND);
    let started = Instant::now();
    let first = limits.queue(&location("https://h.example/a"));
    let second = limits.queue(&location("https://h.example/b"));
    let _first = first.begin().await;
    assert_eq!(started.elapsed(), Duration::ZERO);
    let _second = second.begin().await;
    assert!(started.elapsed() >= SECOND);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_gap_holds_no_place_that_others_could_use() {
    let limits = limits(1, 2, SECOND * 60);
    drop(limits.queue(&location("https://slow.example/a")).begin().await);
    let waiting = limits.queue(&location("https://slow.example/b"));
    let waits = tokio::spawn(async move { waiting.begin().await });
    tokio::task::yield_now().await;
    let other = limits.queue(&location("https://other.example/"));
    let started = Instant::now();
    assert!(other.begin().await.is_some());
    assert_eq!(started.elapsed(), Duration::ZERO);
    waits.abort();
}

#[tokio::test(start_paused = true)]
async fn a_host_with_room_for_two_is_busy_only_with_two() {
    let limits = limits(8, 2, Duration::ZERO);
    let first = limits.queue(&location("https://h.example/a"));
    assert_eq!(busy(&limits), [""; 0]);
    let second = limits.queue(&location("https://h.example/b"));
    assert_eq!(busy(&limits), ["h.example"]);
    drop((first, second));
    assert_eq!(busy(&limits), [""; 0]);
}

//! A source that asks for pauses does not keep the other sources of its domain from being polled.

use riverd::time::{DAY, HOUR};

use super::assert_polite;
use super::blog;
use super::site::Reply;
use super::world::World;

/// Polls six sources of one domain for a day. The first answers each request with `status` and `Retry-After: 3600`. Returns how
/// often each source was asked, the first one at the beginning.
async fn asked_in_a_day(status: u16) -> Vec<usize> {
    let mut world = World::new("every = \"30m\"\nadaptive = false");
    let url = |n: usize| format!("http://h{n}.site.example/s{n}.xml");
    world.source(&url(0), "", move |_| Reply::status(status).retry_after(HOUR));
    for n in 1..6 {
        let blog = blog("x");
        world.source(&url(n), "", move |ask| blog.served(ask));
    }
    world.open().await;
    world.run_for(DAY).await;
    assert_polite(&world);
    (0..6).map(|n| world.visits_at(&url(n)).len()).collect()
}

#[tokio::test]
async fn a_broken_source_that_asks_for_a_pause_pauses_only_itself() {
    let asked = asked_in_a_day(503).await;
    assert!((20..=25).contains(&asked[0]), "{asked:?}");
    assert!(asked[1..].iter().all(|count| *count >= 40), "{asked:?}");
}

#[tokio::test]
async fn a_source_at_its_rate_limit_pauses_all_of_its_domain_and_starves_none() {
    let asked = asked_in_a_day(429).await;
    // A pause of an hour, and ten minutes in which all come back, the source at its limit last.
    assert!(asked.iter().all(|count| (19..=24).contains(count)), "{asked:?}");
}

//! The order in which the sources of a request are polled.

use std::collections::HashMap;

/// Distributes sources to queues. The sources of a queue are polled one after the other. Each host has up to `per_host` queues,
/// and each source without a host (a file) has a queue of its own.
///
/// The result begins with the first queue of every host. The second queues follow, then the third ones, and so on. So the
/// requests in flight are spread over the hosts, which matters because only a few connections to each host stay open for
/// further requests.
pub(super) fn queues_by_host<S>(
    sources: Vec<S>,
    per_host: usize,
    host_of: impl Fn(&S) -> Option<String>,
) -> Vec<Vec<S>> {
    let mut files = Vec::new();
    let mut hosts: HashMap<String, Vec<Vec<S>>> = HashMap::new();
    for source in sources {
        let Some(host) = host_of(&source) else {
            files.push(vec![source]);
            continue;
        };
        let queues = hosts.entry(host).or_default();
        if queues.len() < per_host {
            queues.push(vec![source]);
        } else if let Some(shortest) = queues.iter_mut().min_by_key(|queue| queue.len()) {
            shortest.push(source);
        }
    }
    let mut ranked: Vec<_> = hosts.into_values().flat_map(|queues| queues.into_iter().enumerate()).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    files.into_iter().chain(ranked.into_iter().map(|(_, queue)| queue)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the queues of sources that are named after their hosts. A source without a letter in its name has no host.
    fn queues(sources: &[&'static str], per_host: usize) -> Vec<Vec<&'static str>> {
        queues_by_host(sources.to_vec(), per_host, |source| {
            source.strip_suffix(char::is_numeric).filter(|host| !host.is_empty()).map(ToOwned::to_owned)
        })
    }

    #[test]
    fn a_host_has_a_limited_number_of_queues_and_each_file_has_its_own() {
        assert_eq!(
            queues(&["a1", "a2", "1", "a3", "a4", "2", "a5"], 2),
            [vec!["1"], vec!["2"], vec!["a1", "a3", "a5"], vec!["a2", "a4"]]
        );
    }

    #[test]
    fn the_first_requests_go_to_different_hosts() {
        let queues = queues(&["a1", "a2", "a3", "b1", "b2", "b3", "c1", "c2", "c3"], 3);
        for (rank, hosts) in queues.chunks(3).enumerate() {
            let mut sources: Vec<_> = hosts.iter().flatten().copied().collect();
            sources.sort_unstable();
            assert_eq!(sources, ["a", "b", "c"].map(|host| format!("{host}{}", rank + 1)));
        }
    }
}

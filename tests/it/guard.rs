//! Tests of the address policy and of name lookups, in isolated networks that can have any address and send nothing outside.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use riverd::fetch::Request;
use riverd::model::{FailureKind, FetchOutcome, Location, Validators};
use riverd::time::Timestamp;
use tokio::runtime::Runtime;

use crate::fetch::{NOW, Rig};
use crate::support::daemon::{Sandbox, until};
use crate::support::network::{Network, Reply};
use crate::support::publisher::{Answer, Publisher};

const RSS: &str = "<rss version=\"2.0\"><channel><title>t</title></channel></rss>";
const PUBLIC: &str = "93.184.216.34";

/// A server that counts connections.
struct Canary(Arc<AtomicUsize>);

impl Canary {
    fn at(address: &str) -> Self {
        let address: SocketAddr =
            if address.contains("::") { format!("[{address}]:80") } else { format!("{address}:80") }
                .parse()
                .unwrap();
        let listener = TcpListener::bind(address).unwrap();
        let count = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&count);
        thread::spawn(move || {
            for _stream in listener.incoming() {
                counting.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self(count)
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn publisher_at(address: &str) -> Publisher {
    Publisher::start_on(format!("{address}:80").parse().unwrap())
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Fetches a source at `url` with `private_networks` set to `policy`. Returns `Ok` for a body, else the kind of failure.
fn fetch(policy: &str, url: &str) -> Result<(), FailureKind> {
    fetch_within("5m", policy, url)
}

/// Fetches like [`fetch`], with a `timeout` that a lookup without an answer soon reaches.
fn fetch_within(timeout: &str, policy: &str, url: &str) -> Result<(), FailureKind> {
    let rig = Rig::new(&format!("private_networks = \"{policy}\"\ntimeout = \"{timeout}\""), url, "");
    match runtime().block_on(rig.ask(&Validators::default())) {
        FetchOutcome::Fresh(_) => Ok(()),
        FetchOutcome::Failed { failure, .. } => Err(failure.kind),
        other => panic!("{other:?}"),
    }
}

const BLOCKED: Result<(), FailureKind> = Err(FailureKind::Blocked);

#[test]
fn no_address_redirect_or_lookup_leads_to_the_metadata_service() {
    let Some(network) =
        Network::of_its_own("guard::no_address_redirect_or_lookup_leads_to_the_metadata_service")
    else {
        return;
    };
    network.add("169.254.169.254");
    network.add("fd00:ec2::254");
    network.add(PUBLIC);
    let canaries = [Canary::at("169.254.169.254"), Canary::at("fd00:ec2::254")];
    network.resolve(|name, nth| match name {
        "metadata.internal" => Reply::at(&["169.254.169.254", "fd00:ec2::254"]),
        // The first lookup gives a harmless address.
        "rebind.example.com" if nth == 0 => Reply::at(&[PUBLIC]),
        "rebind.example.com" | "metadata.example.com" => Reply::at(&["169.254.169.254"]),
        _ => Reply::Unknown,
    });
    let publisher = publisher_at(PUBLIC);
    publisher.at("/feed", Answer::ok(RSS).closing());
    let near = Publisher::start();

    let addresses = [
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://[::ffff:169.254.169.254]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[fd00:ec2::254]/",
        "http://metadata.example.com/",
        "http://metadata.internal/",
    ];
    for policy in ["configured", "deny"] {
        for address in addresses {
            assert_eq!(fetch(policy, address), BLOCKED, "{address}");
        }
    }
    for address in addresses {
        for publisher in [&publisher, &near] {
            publisher.at("/redirect", Answer::redirect(302, address));
            assert_eq!(
                fetch("configured", &publisher.url("/redirect").replace(":80/", "/")),
                BLOCKED,
                "{address}"
            );
        }
    }

    let rig = Rig::new("timeout = \"5m\"", "http://rebind.example.com/feed", "");
    let runtime = runtime();
    assert!(matches!(runtime.block_on(rig.fetch()), FetchOutcome::Fresh(_)));
    assert_eq!(runtime.block_on(rig.kind()), FailureKind::Blocked);

    assert_eq!(canaries.map(|canary| canary.count()), [0, 0]);
}

#[test]
fn a_public_server_cant_redirect_to_a_private_one() {
    let Some(network) = Network::of_its_own("guard::a_public_server_cant_redirect_to_a_private_one") else {
        return;
    };
    for address in [PUBLIC, "10.0.0.1", "100.64.0.1", "192.168.1.1"] {
        network.add(address);
    }
    let public = publisher_at(PUBLIC);
    let canaries = [
        Canary::at("10.0.0.1"),
        Canary::at("100.64.0.1"),
        Canary::at("192.168.1.1"),
        Canary::at("127.0.0.1"),
    ];
    network.resolve(|_, _| Reply::at(&["10.0.0.1"]));
    let targets = [
        "http://10.0.0.1/",
        "http://100.64.0.1/",
        "http://192.168.1.1/",
        "http://127.0.0.1/",
        "http://0.0.0.0/",
        "http://nas.lan/",
    ];
    for target in targets {
        public.at("/feed", Answer::redirect(301, target));
        assert_eq!(fetch("configured", &format!("http://{PUBLIC}/feed")), BLOCKED, "{target}");
        assert_eq!(fetch("deny", &format!("http://{PUBLIC}/feed")), BLOCKED, "{target}");
    }

    // This holds even if feeds.toml names that host too.
    let toml = "timeout = \"5m\"";
    let rig =
        Rig::new(toml, &format!("http://{PUBLIC}/feed"), "[[source]]\nurl = \"http://10.0.0.1/own-feed\"");
    public.at("/feed", Answer::redirect(301, "http://10.0.0.1/shutdown"));
    assert_eq!(runtime().block_on(rig.kind()), FailureKind::Blocked);
    assert_eq!(canaries.map(|canary| canary.count()), [0, 0, 0, 0]);
}

#[test]
fn a_public_source_cant_move_to_a_private_host() {
    let name = "guard::a_public_source_cant_move_to_a_private_host";
    let Some(network) = Network::of_its_own(name) else { return };
    network.add("10.0.0.1");
    network.resolve(|_, _| Reply::at(&["10.0.0.1"]));
    let canary = Canary::at("10.0.0.1");
    let named = "[[source]]\nurl = \"http://10.0.0.1/own\"\n[[source]]\nurl = \"http://nas.lan/own\"";
    let rig = Rig::new("timeout = \"5m\"", "http://feeds.example.com/feed", named);
    for adopted in ["http://10.0.0.1/shutdown", "http://nas.lan/shutdown"] {
        let address = Location::Http(adopted.parse().unwrap());
        let nothing = Validators::default();
        let request =
            Request { source: &rig.source, address: &address, validators: &nothing, now: Timestamp::EPOCH };
        let outcome = runtime().block_on(rig.fetcher.fetch(request));
        let FetchOutcome::Failed { failure, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(failure.kind, FailureKind::Blocked, "{adopted}: {}", failure.message);
    }
    assert_eq!(canary.count(), 0);
}

#[test]
fn a_page_on_the_internet_adds_no_private_address() {
    let Some(network) = Network::of_its_own("guard::a_page_on_the_internet_adds_no_private_address") else {
        return;
    };
    network.add(PUBLIC);
    network.add("192.168.7.1");
    let (public, private) = (publisher_at(PUBLIC), publisher_at("192.168.7.1"));
    let page = |feed: &str| {
        let link = format!("<link rel=alternate type=application/rss+xml href=\"{feed}\">");
        Answer::ok(format!("<!doctype html><html><head>{link}</head></html>")).content_type("text/html")
    };
    let sandbox = Sandbox::new("");
    let config = || std::fs::read_to_string(sandbox.config()).unwrap();
    for feed in ["http://192.168.7.7/admin/delete", "http://127.0.0.1/admin", "http://nas.lan/feed"] {
        public.at("/blog", page(feed));
        let ran = sandbox.run(&["add", &format!("http://{PUBLIC}/blog")]).expect_code(1);
        assert!(
            ran.stderr().contains("private address") && ran.stderr().contains("hint"),
            "{}",
            ran.stderr()
        );
        assert_eq!(config(), "", "{feed}");
    }
    private.at("/wiki", page("http://192.168.7.7/feed"));
    sandbox.run(&["add", "http://192.168.7.1/wiki"]).expect_code(0);
    assert!(config().contains("http://192.168.7.7/feed"));
}

#[test]
fn guesses_at_a_public_ip_address_keep_the_gap() {
    let Some(network) = Network::of_its_own("guard::guesses_at_a_public_ip_address_keep_the_gap") else {
        return;
    };
    network.add(PUBLIC);
    let (public, private) = (publisher_at(PUBLIC), Publisher::start());
    let page = || Answer::ok("<!doctype html><p>Hello").content_type("text/html");
    public.at("/blog", page());
    private.at("/blog", page());
    let rig = Arc::new(Rig::new("per_host_gap = \"1h\"", &private.url("/"), ""));
    let search = |url: String| {
        let rig = Arc::clone(&rig);
        async move { rig.fetcher.discover(&url.parse().unwrap(), NOW).await }
    };
    let runtime = runtime();
    let waiting = runtime.spawn(search(format!("http://{PUBLIC}/blog")));
    public.wait_for("/blog", 1);
    // While the page, all guesses and the page without HTML are requested at a private host, no guess is made at the public
    // one.
    runtime.block_on(search(private.url("/blog"))).result.unwrap_err();
    assert_eq!((private.all_requests().len(), public.all_requests().len()), (16, 1));
    waiting.abort();
}

#[test]
fn hosts_that_feeds_toml_names_may_be_private() {
    let Some(network) = Network::of_its_own("guard::hosts_that_feeds_toml_names_may_be_private") else {
        return;
    };
    network.add("10.0.0.1");
    network.add(PUBLIC);
    network.resolve(|_, _| Reply::at(&["10.0.0.1"]));
    let (private, public) = (publisher_at("10.0.0.1"), publisher_at(PUBLIC));
    private.at("/feed", Answer::ok(RSS)).at("/moved", Answer::redirect(301, "/feed"));
    public.at("/feed", Answer::redirect(302, "http://10.0.0.1/feed"));

    assert_eq!(fetch("configured", "http://10.0.0.1/feed"), Ok(()));
    assert_eq!(fetch("configured", "http://10.0.0.1/moved"), Ok(()));
    assert_eq!(fetch("configured", "http://nas.lan/feed"), Ok(()));
    assert_eq!(fetch("configured", "http://nas.home.arpa/feed"), Ok(()), "RFC 8375");
    assert_eq!(fetch("deny", "http://10.0.0.1/feed"), BLOCKED);
    assert_eq!(fetch("allow", &format!("http://{PUBLIC}/feed")), Ok(()));
    // A name that strangers can point anywhere is no private host, even in feeds.toml.
    assert_eq!(fetch("configured", "http://feeds.example.com/feed"), BLOCKED);
    assert_eq!(fetch("allow", "http://feeds.example.com/feed"), Ok(()));
    // A private host may redirect to another only if feeds.toml names that one too.
    private.at("/elsewhere", Answer::redirect(302, "http://127.0.0.1/"));
    assert_eq!(fetch("configured", "http://10.0.0.1/elsewhere"), BLOCKED);
}

#[test]
fn every_fault_of_the_name_server_is_a_dns_failure_within_the_deadline() {
    let name = "guard::every_fault_of_the_name_server_is_a_dns_failure_within_the_deadline";
    let Some(network) = Network::of_its_own(name) else { return };
    network.resolve(|name, _| match name {
        "none.lan" => Reply::Unknown,
        "fails.lan" => Reply::Failure,
        "empty.lan" => Reply::Addresses(Vec::new()),
        _ => Reply::Silence,
    });
    for (host, timeout) in
        [("none.lan", "5m"), ("fails.lan", "5m"), ("empty.lan", "5m"), ("silent.lan", "6s")]
    {
        let ended = fetch_within(timeout, "configured", &format!("http://{host}/feed"));
        assert_eq!(ended, Err(FailureKind::Dns), "{host}");
    }
}

/// Fetches a feed from `host` with the fetcher of `rig`.
async fn poll(rig: Arc<Rig>, host: String) -> FetchOutcome {
    let address = Location::Http(format!("http://{host}/feed").parse().unwrap());
    let validators = Validators::default();
    let request = Request { source: &rig.source, address: &address, validators: &validators, now: NOW };
    rig.fetcher.fetch(request).await
}

#[test]
fn names_with_dead_servers_block_a_bounded_number_of_threads_and_no_other_name() {
    let name = "guard::names_with_dead_servers_block_a_bounded_number_of_threads_and_no_other_name";
    let Some(network) = Network::of_its_own(name) else { return };
    let asked = Arc::new(AtomicUsize::new(0));
    let asking = Arc::clone(&asked);
    network.resolve(move |name, nth| {
        if name == "good.lan" {
            return Reply::at(&["127.0.0.1"]);
        }
        asking.fetch_add(usize::from(nth == 0), Ordering::SeqCst);
        Reply::Silence
    });
    let publisher = publisher_at("127.0.0.1");
    publisher.at("/feed", Answer::ok(RSS));
    let named = "[[source]]\nurl = \"http://good.lan/feed\"";
    let rig = Arc::new(Rig::new("timeout = \"4s\"", "http://silent.lan/feed", named));
    let runtime = runtime();
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    let before = threads();

    let start = |n: usize| runtime.spawn(poll(Arc::clone(&rig), format!("silent{n}.lan")));
    let mut dead: Vec<_> = (0..150).map(start).collect();
    until("150 lookups that hang", || asked.load(Ordering::SeqCst) >= 150);
    // The lookups hang on for longer than this waits. One poll may take longer than the timeout on a busy machine.
    until("the good one", || {
        let good = runtime.block_on(poll(Arc::clone(&rig), "good.lan".to_owned()));
        matches!(good, FetchOutcome::Fresh(_))
    });

    dead.extend((150..600).map(start));
    for poll in dead {
        let outcome = runtime.block_on(poll).unwrap();
        let FetchOutcome::Failed { failure, .. } = outcome else { panic!("{outcome:?}") };
        assert!(matches!(failure.kind, FailureKind::Dns | FailureKind::Timeout), "{failure:?}");
    }
    assert!(threads() < before + 270, "{} threads", threads());
}

#[test]
fn a_name_that_is_being_looked_up_is_not_looked_up_again() {
    let name = "guard::a_name_that_is_being_looked_up_is_not_looked_up_again";
    let Some(network) = Network::of_its_own(name) else { return };
    let asked = Arc::new(AtomicUsize::new(0));
    let asking = Arc::clone(&asked);
    network.resolve(move |_, _| {
        asking.fetch_add(1, Ordering::SeqCst);
        Reply::Silence
    });
    let rig = Arc::new(Rig::new("timeout = \"2s\"", "http://silent.lan/feed", ""));
    let runtime = runtime();
    for _ in 0..2 {
        let polls: Vec<_> =
            (0..100).map(|_| runtime.spawn(poll(Arc::clone(&rig), "silent.lan".to_owned()))).collect();
        for poll in polls {
            let outcome = runtime.block_on(poll).unwrap();
            let FetchOutcome::Failed { failure, .. } = outcome else { panic!("{outcome:?}") };
            assert!(matches!(failure.kind, FailureKind::Dns | FailureKind::Timeout), "{failure:?}");
        }
    }
    assert!(asked.load(Ordering::SeqCst) <= 2, "once for IPv4, once for IPv6: {asked:?}");
}

#[test]
fn a_lookup_that_hangs_does_not_delay_a_stop() {
    let Some(network) = Network::of_its_own("guard::a_lookup_that_hangs_does_not_delay_a_stop") else {
        return;
    };
    // The name server never answers, and the system's resolver waits longer for it than the test waits for the stop.
    let asked = Arc::new(AtomicUsize::new(0));
    let asking = Arc::clone(&asked);
    network.resolve(move |_, _| {
        asking.fetch_add(1, Ordering::SeqCst);
        Reply::Silence
    });
    let sandbox =
        Sandbox::with_sources("[polling]\ntimeout = \"4s\"\n[[source]]\nurl = \"http://silent.lan/feed\"\n");
    let daemon = sandbox.start();
    until("the lookup", || asked.load(Ordering::SeqCst) > 0);
    assert!(daemon.stop().success());
}

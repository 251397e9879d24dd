//! Access tokens, and requests over a unix socket.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{LOCAL, daemon, sandbox};
use crate::support::daemon::parse_response;

#[test]
fn a_river_with_a_token_can_only_be_read_with_it() {
    let sandbox = sandbox(LOCAL);
    std::fs::write(sandbox.path().join("token"), "secret & sound\n").unwrap();
    let config = std::fs::read_to_string(sandbox.config()).unwrap();
    sandbox.configure(&config.replacen(LOCAL, &format!("{LOCAL}access_token_file = \"token\"\n"), 1));
    let daemon = daemon(&sandbox);
    let basic = |credentials: &str| format!("Basic {}", STANDARD.encode(credentials));
    for path in ["/feed.xml", "/", "/tags/presse/atom.xml", "/nothing.xml"] {
        for (query, header) in [
            ("", None),
            ("?token=", None),
            ("?token=wrong", None),
            ("?token=secret", None),
            ("?token=wrong&token=secret+%26+sound", None),
            ("", Some(basic("user:wrong"))),
            ("", Some(basic("secret & sound:"))),
            ("", Some(basic("no colon"))),
            ("", Some("Basic not-base64!".to_owned())),
            ("", Some("Bearer secret & sound".to_owned())),
        ] {
            let headers: Vec<_> = header.iter().map(|value| ("Authorization", value.as_str())).collect();
            let page = daemon.get_with(&format!("{path}{query}"), &headers);
            assert_eq!(page.status, 401, "{path}{query} {header:?}");
            assert!(page.header("www-authenticate").unwrap().starts_with("Basic realm="), "{path}");
            assert!(!page.text().contains("phare"), "{path}");
        }
    }
    for (path, headers) in [
        ("/feed.xml?token=secret+%26+sound", vec![]),
        ("/feed.xml?token=secret%20%26%20sound", vec![]),
        ("/feed.xml", vec![("Authorization", basic("anyone:secret & sound"))]),
        ("/", vec![("Authorization", basic(":secret & sound"))]),
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let page = daemon.get_with(path, &headers);
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("cache-control").unwrap().starts_with("private"), "{path}");
        assert!(!page.text().contains("secret"), "{path}: the answer contains the token");
        let etag = page.header("etag").unwrap();
        let again = [headers.as_slice(), &[("If-None-Match", etag)]].concat();
        assert_eq!(daemon.get_with(path, &again).status, 304, "{path}");
    }
    assert_eq!(daemon.get("/healthz").status, 200);
}

#[test]
fn a_unix_socket_is_served_and_its_forwarded_headers_are_trusted() {
    let sandbox = sandbox("[server]\nlisten = [\"127.0.0.1:0\", \"unix:river.sock\"]\n");
    let _daemon = daemon(&sandbox);
    let mut stream = UnixStream::connect(sandbox.path().join("river.sock")).unwrap();
    let request = "GET /feed.xml HTTP/1.1\r\nHost: inner\r\nX-Forwarded-Proto: https\r\n\
                   X-Forwarded-Host: river.example.org\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let page = parse_response(&answer);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("https://river.example.org/feed.xml"));
}

#[test]
fn a_browser_keeps_the_token_in_a_cookie_and_no_page_has_it_in_a_link() {
    let sandbox = sandbox(LOCAL);
    std::fs::write(sandbox.path().join("token"), "secret & sound\n").unwrap();
    let config = std::fs::read_to_string(sandbox.config()).unwrap();
    sandbox.configure(&config.replacen(LOCAL, &format!("{LOCAL}access_token_file = \"token\"\n"), 1));
    let daemon = daemon(&sandbox);
    let browser = ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let first = daemon.get_with("/?tag=presse&token=secret+%26+sound", &[browser]);
    assert_eq!((first.status, first.header("location")), (303, Some("./?tag=presse")));
    let set = first.header("set-cookie").unwrap().to_owned();
    assert!(set.contains("; HttpOnly; SameSite=Lax") && set.contains("; Path=/;"), "{set}");
    assert!(!set.contains("secret") && !set.contains("Secure"), "{set}");
    let cookie = set.split(';').next().unwrap();
    for path in ["/?tag=presse", "/", "/status", "/feed.xml", "/assets/river.js"] {
        let page = daemon.get_with(path, &[browser, ("Cookie", &format!("other=1; {cookie}"))]);
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.text().contains("token=") && page.header("set-cookie").is_none(), "{path}");
    }
    let (name, value) = cookie.split_once('=').unwrap();
    let wrong = format!("{name}={}", value.replace(['a', '1'], "0"));
    for cookie in ["", "riverd-=", wrong.as_str(), &format!("x{cookie}")] {
        assert_eq!(daemon.get_with("/", &[browser, ("Cookie", cookie)]).status, 401, "{cookie}");
    }
    let refused = daemon.get_with("/articles/7?token=wrong", &[browser]);
    assert_eq!((refused.status, refused.header("cache-control")), (401, Some("no-store")));
    assert!(refused.header("www-authenticate").is_some());
    let form = "<form class=\"token\" action=\"./7\" method=\"get\">";
    assert!(refused.text().contains(form) && !refused.text().contains("wrong"), "{}", refused.text());
    // What needs the token would be refused, too, and the browser would ask for a password once more.
    assert!(!refused.text().contains("<script"), "{}", refused.text());
    assert_eq!(
        daemon.get_with("/feed.xml?token=secret+%26+sound", &[browser]).status,
        200,
        "a feed is not redirected"
    );
    let secure = sandbox_behind_https();
    let daemon = super::daemon(&secure);
    let set = daemon.get_with("/status?token=geheim", &[browser]);
    assert_eq!(set.header("location"), Some("./status"));
    let set = set.header("set-cookie").unwrap().to_owned();
    assert!(set.contains("; Path=/river/;") && set.ends_with("; Secure"), "{set}");
}

fn sandbox_behind_https() -> crate::support::daemon::Sandbox {
    let sandbox = crate::support::daemon::Sandbox::new(
        "[river]\nbase_url = \"https://river.example/river/\"\n\
         [server]\nlisten = [\"127.0.0.1:0\"]\naccess_token_file = \"token\"\n",
    );
    std::fs::write(sandbox.path().join("token"), "geheim\n").unwrap();
    sandbox
}

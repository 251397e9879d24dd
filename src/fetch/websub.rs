//! The subscriber's side of WebSub on the wire: what a hub is asked, and whether what it sends is signed
//! (<https://www.w3.org/TR/websub/> §5.1, §7.1).

use hmac::{Hmac, KeyInit, Mac};
use rustls::crypto::aws_lc_rs;
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use url::form_urlencoded;

use super::exchange::Exchange;
use super::guard::Approach;
use super::{Fetcher, Question, Wants, failure};
use crate::feed::push::LEASE_ASKED;
use crate::model::{Failure, FailureKind, HubAsk, HubMode, Location, Secret};
use crate::time::Timestamp;

impl Fetcher {
    /// Asks a hub. `Ok` means that it will see; it has promised nothing until it calls back. A private hub is asked only
    /// where the feed that named it is on the same host. With a failure comes the `Retry-After` of the answer.
    pub async fn ask_hub(&self, ask: &HubAsk, now: Timestamp) -> Result<(), (Failure, Option<Timestamp>)> {
        let form = form(ask);
        let hub = &ask.offer.hub;
        let same_host =
            ask.source.as_ref().and_then(Location::host).is_some_and(|host| Some(host) == hub.host_str());
        let question = Question {
            form: Some(&form),
            approach: if same_host { Approach::FromNear } else { Approach::FromAfar },
            ..Question::plain(hub, Wants::Anything)
        };
        Exchange::new(&self.shared, question, now).deliver().await
    }
}

/// §5.1: the request, urlencoded.
fn form(ask: &HubAsk) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("hub.mode", ask.mode.as_str())
        .append_pair("hub.topic", &ask.offer.topic)
        .append_pair("hub.callback", &ask.callback);
    if ask.mode == HubMode::Subscribe {
        form.append_pair("hub.lease_seconds", &LEASE_ASKED.as_secs().to_string())
            .append_pair("hub.secret", ask.secret.expose());
    }
    form.finish()
}

/// 256 bits that nobody can guess, as hexadecimal digits: a callback's token, or a secret to sign with.
pub fn unguessable() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    let filled = aws_lc_rs::default_provider().secure_random.fill(&mut bytes);
    filled.map_err(|_| failure::failure(FailureKind::Blocked, "the system gives no random numbers", None))?;
    Ok(hex::encode(bytes))
}

/// Checks the signature of a body while it comes, so that it need not be kept.
#[derive(Clone, Debug)]
pub struct SignatureCheck {
    mac: SignedBy,
    claimed: Vec<u8>,
}

#[derive(Clone, Debug)]
enum SignedBy {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
}

impl SignatureCheck {
    /// From `X-Hub-Signature` (`sha256=…`); `None` where it is no signature by one of the four methods of §7.1.
    pub fn new(header: &str, secret: &Secret) -> Option<Self> {
        let (method, digits) = header.trim().split_once('=')?;
        let key = secret.expose().as_bytes();
        // HMAC takes keys of any length.
        let mac = match method.trim().to_ascii_lowercase().as_str() {
            "sha1" => SignedBy::Sha1(Hmac::new_from_slice(key).ok()?),
            "sha256" => SignedBy::Sha256(Hmac::new_from_slice(key).ok()?),
            "sha384" => SignedBy::Sha384(Hmac::new_from_slice(key).ok()?),
            "sha512" => SignedBy::Sha512(Hmac::new_from_slice(key).ok()?),
            _ => return None,
        };
        Some(Self { mac, claimed: hex::decode(digits.trim()).ok()? })
    }

    /// The next piece of the body.
    pub fn push(&mut self, piece: &[u8]) {
        match &mut self.mac {
            SignedBy::Sha1(mac) => mac.update(piece),
            SignedBy::Sha256(mac) => mac.update(piece),
            SignedBy::Sha384(mac) => mac.update(piece),
            SignedBy::Sha512(mac) => mac.update(piece),
        }
    }

    /// Whether who sent the body knows the secret. Takes the same time wherever the signatures differ.
    pub fn is_right(self) -> bool {
        match self.mac {
            SignedBy::Sha1(mac) => mac.verify_slice(&self.claimed),
            SignedBy::Sha256(mac) => mac.verify_slice(&self.claimed),
            SignedBy::Sha384(mac) => mac.verify_slice(&self.claimed),
            SignedBy::Sha512(mac) => mac.verify_slice(&self.claimed),
        }
        .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::model::Offer;

    fn check(header: &str, secret: &str, body: &[u8]) -> bool {
        SignatureCheck::new(header, &Secret::new(secret.to_owned())).is_some_and(|mut check| {
            for piece in body.chunks(7) {
                check.push(piece);
            }
            check.is_right()
        })
    }

    #[test]
    fn all_four_methods_are_checked_against_the_rfcs_own_examples() {
        // RFC 2202 and RFC 4231, test case 2.
        let body = b"what do ya want for nothing?";
        let right = [
            "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "sha384=af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            "sha512=164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ];
        for header in right {
            assert!(check(header, "Jefe", body), "{header}");
            assert!(check(&header.to_uppercase(), "Jefe", body), "{header}");
            assert!(!check(header, "Jeff", body) && !check(header, "Jefe", b"what do ya want?"), "{header}");
            let mut cut = header.to_owned();
            cut.truncate(header.len() - 2);
            assert!(!check(&cut, "Jefe", body), "cut short");
        }
        for wrong in [
            "",
            "sha1",
            "sha1=",
            "md5=effcdf6ae5eb2fa2d27416d5f184df9c",
            "sha256=zz",
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        ] {
            assert!(!check(wrong, "Jefe", body), "{wrong}");
        }
    }

    #[test]
    fn a_hub_is_asked_as_the_specification_says() {
        let ask = HubAsk {
            source: None,
            mode: HubMode::Subscribe,
            offer: Offer {
                hub: Url::parse("https://hub.example/").unwrap(),
                topic: "https://a.example/feed?x=1&y".to_owned(),
            },
            callback: "https://r.example/websub/t".to_owned(),
            secret: Secret::new("s".to_owned()),
        };
        let pairs =
            |ask: &HubAsk| form_urlencoded::parse(form(ask).as_bytes()).into_owned().collect::<Vec<_>>();
        let expected = [
            ("hub.mode", "subscribe"),
            ("hub.topic", "https://a.example/feed?x=1&y"),
            ("hub.callback", "https://r.example/websub/t"),
            ("hub.lease_seconds", "864000"),
            ("hub.secret", "s"),
        ];
        assert_eq!(pairs(&ask), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(pairs(&HubAsk { mode: HubMode::Unsubscribe, ..ask }).len(), 3);
    }

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (one, other) = (unguessable().unwrap(), unguessable().unwrap());
        assert!(one.len() == 64 && one != other);
    }
}

//! Sends requests to WebSub hubs: to subscribe to a topic, to unsubscribe from it (<https://www.w3.org/TR/websub/> §5.1), and
//! to announce a change of the river.

use rustls::crypto::aws_lc_rs;
use url::{Url, form_urlencoded};

use super::exchange::Exchange;
use super::{AcceptedType, Fetcher, OutgoingRequest, failure};
use crate::model::{Failure, FailureKind, HubMode, HubRequest, Location};
use crate::policy::guard::RequestOrigin;
use crate::policy::websub::LEASE_ASKED;
use crate::time::Timestamp;

impl Fetcher {
    /// Sends a request to a hub. `Ok` means only that the hub accepted it: a subscription begins when the hub calls back. A
    /// private hub is asked only if the feed that named it is on the same host, or `private_networks` is `allow`. Both results
    /// contain the end of the pause that the answer asked for, if it asked for one.
    pub async fn ask_hub(
        &self,
        request: &HubRequest,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, (Failure, Option<Timestamp>)> {
        let form = form(request);
        let hub = &request.offer.hub;
        let same_host =
            request.source.as_ref().and_then(Location::host).is_some_and(|host| Some(host) == hub.host_str());
        let outgoing = OutgoingRequest {
            form: Some(&form),
            origin: if same_host { RequestOrigin::Trusted } else { RequestOrigin::Public },
            ..OutgoingRequest::plain(hub, AcceptedType::Anything)
        };
        Exchange::new(&self.shared, outgoing, now).deliver().await
    }

    /// Notifies the hub of the river that the document at `topic` changed. The specification leaves the form of this request to
    /// publisher and hub (§6). This is the form of PubSubHubbub 0.4, which public hubs accept. The error contains the end of
    /// the pause that the answer asked for, if it asked for one.
    pub async fn tell_hub(
        &self,
        hub: &Url,
        topic: &str,
        now: Timestamp,
    ) -> Result<(), (Failure, Option<Timestamp>)> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("hub.mode", "publish")
            .append_pair("hub.url", topic)
            .append_pair("hub.topic", topic)
            .finish();
        let outgoing =
            OutgoingRequest { form: Some(&form), ..OutgoingRequest::plain(hub, AcceptedType::Anything) };
        Exchange::new(&self.shared, outgoing, now).deliver().await.map(drop)
    }
}

/// Returns the URL-encoded form of a request (§5.1).
fn form(request: &HubRequest) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("hub.mode", request.mode.as_str())
        .append_pair("hub.topic", &request.offer.topic)
        .append_pair("hub.callback", &request.callback);
    if request.mode == HubMode::Subscribe {
        form.append_pair("hub.lease_seconds", &LEASE_ASKED.as_secs().to_string())
            .append_pair("hub.secret", request.secret.expose());
    }
    form.finish()
}

/// Returns 256 random bits as hexadecimal digits, for the token of a callback or a secret for signatures.
pub fn random_hex() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    let filled = aws_lc_rs::default_provider().secure_random.fill(&mut bytes);
    filled
        .map_err(|_| failure::failure(FailureKind::Blocked, "the system provides no random numbers", None))?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{HubOffer, Secret};

    #[test]
    fn a_hub_is_asked_as_the_specification_says() {
        let request = HubRequest {
            source: None,
            mode: HubMode::Subscribe,
            offer: HubOffer {
                hub: Url::parse("https://hub.example/").unwrap(),
                topic: "https://a.example/feed?x=1&y".to_owned(),
            },
            callback: "https://r.example/websub/t".to_owned(),
            secret: Secret::new("s".to_owned()),
            asked: 0,
        };
        let pairs = |request: &HubRequest| {
            form_urlencoded::parse(form(request).as_bytes()).into_owned().collect::<Vec<_>>()
        };
        let expected = [
            ("hub.mode", "subscribe"),
            ("hub.topic", "https://a.example/feed?x=1&y"),
            ("hub.callback", "https://r.example/websub/t"),
            ("hub.lease_seconds", "864000"),
            ("hub.secret", "s"),
        ];
        assert_eq!(pairs(&request), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(pairs(&HubRequest { mode: HubMode::Unsubscribe, ..request }).len(), 3);
    }

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (one, other) = (random_hex().unwrap(), random_hex().unwrap());
        assert!(one.len() == 64 && one != other);
    }
}

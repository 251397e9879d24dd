//! Describes failures of TLS handshakes and certificates.

use rustls::CertificateError;

use super::CaStore;
use crate::model::{Failure, FailureKind, FailureOrigin};

/// Describes why there is no secure connection.
pub(super) fn failure(error: &rustls::Error, host: &str, ca_store: CaStore) -> Failure {
    use rustls::{AlertDescription, Error as Tls};
    let (why, hint) = match error {
        Tls::InvalidCertificate(wrong) => return certificate(wrong, host, ca_store),
        Tls::AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure)
        | Tls::PeerIncompatible(_) => (
            "it supports no version of TLS that riverd supports".to_owned(),
            Some("the site has to support TLS 1.2 or 1.3"),
        ),
        Tls::InvalidMessage(_) => (
            "the server there does not speak TLS".to_owned(),
            Some("perhaps the address should begin with `http:`"),
        ),
        Tls::AlertReceived(AlertDescription::UnrecognisedName) => (
            "its server does not know this host name".to_owned(),
            Some("check the spelling of the host; the site may have moved"),
        ),
        Tls::AlertReceived(alert) => {
            (format!("it closed the connection: {}", in_words(&format!("{alert:?}"))), None)
        }
        Tls::PeerMisbehaved(fault) => {
            (format!("it violates the TLS protocol: {}", in_words(&format!("{fault:?}"))), None)
        }
        other => (in_words(&other.to_string()), None),
    };
    let failure = super::failure(FailureKind::Tls, format!("no secure connection to `{host}`: {why}"), hint);
    let origin = if matches!(error, Tls::InvalidMessage(_)) { FailureOrigin::NoTls } else { failure.origin };
    Failure { origin, ..failure }
}

fn certificate(error: &CertificateError, host: &str, ca_store: CaStore) -> Failure {
    use CertificateError as Wrong;
    let (why, hint) = match error {
        _ if ca_store == CaStore::Missing => (
            "can't be checked: this machine has no CA certificates".to_owned(),
            Some("install them (Debian: `apt install ca-certificates`), or set SSL_CERT_FILE"),
        ),
        Wrong::Expired | Wrong::ExpiredContext { .. } => (
            "has expired".to_owned(),
            Some("the site has to renew it; check this machine's clock if other sites fail too"),
        ),
        Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => {
            ("is not valid yet".to_owned(), Some("check this machine's clock"))
        }
        Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => (
            "is for another host".to_owned(),
            Some("check the spelling of the host; the site may have moved"),
        ),
        Wrong::UnknownIssuer | Wrong::BadSignature => (
            "is not signed by a CA that this machine trusts".to_owned(),
            Some("if it is your own CA, add it to the system's CA store, or name it in SSL_CERT_FILE"),
        ),
        Wrong::Revoked => ("was revoked".to_owned(), None),
        // `openssl req -x509` creates such certificates. The verifier reports this before it checks the signature.
        Wrong::Other(other) if other.to_string() == "CaUsedAsEndEntity" => (
            "is a CA certificate, usually self-signed, which a server must not use".to_owned(),
            Some(
                "the site needs a certificate for its host that a CA has signed; if this is your own CA, sign one with it",
            ),
        ),
        Wrong::Other(other) => (format!("is wrong: {}", in_words(&other.to_string())), None),
        other => (format!("is wrong: {}", in_words(&other.to_string())), None),
    };
    super::failure(FailureKind::Tls, format!("the certificate of `{host}` {why}"), hint)
}

/// Turns the name of a rare library error (`UnhandledCriticalExtension { … }`) into words. A text that is already in words is
/// returned as it is.
fn in_words(error: &str) -> String {
    let name: String = error.chars().take_while(char::is_ascii_alphanumeric).collect();
    if !name.chars().skip(1).any(|c| c.is_ascii_uppercase()) {
        return error.to_owned();
    }
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use rustls::{AlertDescription, Error as Tls, OtherError, PeerMisbehaved};

    use super::*;

    #[test]
    fn failures_of_tls_are_described_in_words() {
        let other =
            |name: &str| CertificateError::Other(OtherError(Arc::new(io::Error::other(name.to_owned()))));
        let certificates = [
            other("CaUsedAsEndEntity"),
            other("NameConstraintViolation"),
            CertificateError::BadEncoding,
            CertificateError::UnhandledCriticalExtension,
            CertificateError::InvalidPurpose,
            CertificateError::UnknownRevocationStatus,
            CertificateError::UnsupportedSignatureAlgorithmContext {
                signature_algorithm_id: vec![1, 2],
                supported_algorithms: Vec::new(),
            },
        ];
        let errors = certificates.into_iter().map(Tls::InvalidCertificate).chain([
            Tls::AlertReceived(AlertDescription::UnrecognisedName),
            Tls::AlertReceived(AlertDescription::InternalError),
            Tls::PeerMisbehaved(PeerMisbehaved::TooManyEmptyFragments),
            Tls::DecryptError,
        ]);
        for error in errors {
            let said = failure(&error, "h", CaStore::Found).message;
            let plain = said.replace("TLS", "").replace("a CA", "");
            assert!(!plain.contains(['(', '{', '[']) && plain == plain.to_lowercase(), "{said}");
        }
    }
}

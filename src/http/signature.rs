//! Checks the signatures of WebSub notifications (<https://www.w3.org/TR/websub/> §7.1).

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use crate::model::Secret;

/// Checks the signature of a body piece by piece, so that the body need not be kept.
#[derive(Clone, Debug)]
pub(super) struct SignatureCheck {
    mac: SignatureMac,
    /// The signature in the header.
    signature: Vec<u8>,
}

/// The message authentication code, by the method that the header names.
#[derive(Clone, Debug)]
enum SignatureMac {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
}

impl SignatureCheck {
    /// Starts a check against the value of `X-Hub-Signature` (`sha256=…`). Returns `None` if the value is not a
    /// signature by one of the four methods of §7.1.
    pub(super) fn new(header: &str, secret: &Secret) -> Option<Self> {
        let (method, digits) = header.trim().split_once('=')?;
        let key = secret.expose().as_bytes();
        // HMAC takes keys of any length, so `ok()?` never returns here.
        let mac = match method.trim().to_ascii_lowercase().as_str() {
            "sha1" => SignatureMac::Sha1(Hmac::new_from_slice(key).ok()?),
            "sha256" => SignatureMac::Sha256(Hmac::new_from_slice(key).ok()?),
            "sha384" => SignatureMac::Sha384(Hmac::new_from_slice(key).ok()?),
            "sha512" => SignatureMac::Sha512(Hmac::new_from_slice(key).ok()?),
            _ => return None,
        };
        Some(Self { mac, signature: hex::decode(digits.trim()).ok()? })
    }

    /// Adds the next piece of the body.
    pub(super) fn push(&mut self, piece: &[u8]) {
        match &mut self.mac {
            SignatureMac::Sha1(mac) => mac.update(piece),
            SignatureMac::Sha256(mac) => mac.update(piece),
            SignatureMac::Sha384(mac) => mac.update(piece),
            SignatureMac::Sha512(mac) => mac.update(piece),
        }
    }

    /// Returns whether the signature is right, which proves that the sender knows the secret. The comparison takes the same
    /// time wherever the signatures differ.
    pub(super) fn verify(self) -> bool {
        match self.mac {
            SignatureMac::Sha1(mac) => mac.verify_slice(&self.signature),
            SignatureMac::Sha256(mac) => mac.verify_slice(&self.signature),
            SignatureMac::Sha384(mac) => mac.verify_slice(&self.signature),
            SignatureMac::Sha512(mac) => mac.verify_slice(&self.signature),
        }
        .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, secret: &str, body: &[u8]) -> bool {
        SignatureCheck::new(header, &Secret::new(secret.to_owned())).is_some_and(|mut check| {
            for piece in body.chunks(7) {
                check.push(piece);
            }
            check.verify()
        })
    }

    #[test]
    fn all_four_methods_accept_the_examples_of_the_rfcs_and_refuse_anything_else() {
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
}

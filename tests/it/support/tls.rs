//! HTTPS on loopback: a certificate authority for tests, and servers that end TLS and pass the bytes on to a publisher.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

use super::publisher::Publisher;

/// A certificate authority for tests.
pub(crate) struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

/// A server that accepts TLS connections and passes their bytes on to another server. It stops when it is dropped.
pub(crate) struct TlsFront {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Authority {
    /// Makes a new authority, which no program trusts yet.
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// Writes its certificate to a file in `folder`, for `SSL_CERT_FILE`. Returns the path.
    pub(crate) fn file(&self, folder: &Path) -> PathBuf {
        let path = folder.join("ca.pem");
        std::fs::write(&path, &self.pem).unwrap();
        path
    }

    /// Starts a front with a valid certificate for `host`.
    pub(crate) fn front(&self, host: &str, publisher: &Publisher) -> TlsFront {
        self.front_with(&CertificateParams::new([host.to_owned()]).unwrap(), publisher.address(), &[])
    }

    /// Starts a front whose certificate for `host` expired in 2020.
    pub(crate) fn expired_front(&self, host: &str, publisher: &Publisher) -> TlsFront {
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
        self.front_with(&params, publisher.address(), &[])
    }

    /// Starts a front with a self-signed certificate for `host`.
    pub(crate) fn self_signed_front(host: &str, publisher: &Publisher) -> TlsFront {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new([host.to_owned()]).unwrap().self_signed(&key).unwrap();
        TlsFront::start(certificate.der().clone(), &key, publisher.address(), &[])
    }

    /// Starts a front whose certificate for `host` is that of a certificate authority, as `openssl req -x509` makes it.
    pub(crate) fn ca_front(host: &str, publisher: &Publisher) -> TlsFront {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        TlsFront::start(certificate.der().clone(), &key, publisher.address(), &[])
    }

    /// Starts a front with a valid certificate for `host` that offers HTTP/2 and passes the bytes on to `behind`.
    pub(crate) fn http2_front(&self, host: &str, behind: SocketAddr) -> TlsFront {
        self.front_with(&CertificateParams::new([host.to_owned()]).unwrap(), behind, &[b"h2"])
    }

    /// Starts a front with a valid certificate for `host` that gives every request this `answer`, and then closes the TCP
    /// connection without ending TLS.
    pub(crate) fn abrupt_front(&self, host: &str, answer: String) -> TlsFront {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([host.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        TlsFront::serve(certificate.der().clone(), &key, &[], move |acceptor, stream| {
            answer_abruptly(acceptor, stream, answer.clone())
        })
    }

    fn front_with(&self, params: &CertificateParams, behind: SocketAddr, protocols: &[&[u8]]) -> TlsFront {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        TlsFront::start(certificate.der().clone(), &key, behind, protocols)
    }
}

impl TlsFront {
    /// Returns `https://127.0.0.1:PORT` followed by `target`.
    pub(crate) fn url(&self, target: &str) -> String {
        format!("https://{}{target}", self.address)
    }

    fn start(
        certificate: CertificateDer<'static>,
        key: &KeyPair,
        behind: SocketAddr,
        protocols: &[&[u8]],
    ) -> Self {
        Self::serve(certificate, key, protocols, move |acceptor, stream| pass_on(acceptor, stream, behind))
    }

    fn serve<F>(
        certificate: CertificateDer<'static>,
        key: &KeyPair,
        protocols: &[&[u8]],
        serve: impl Fn(TlsAcceptor, TcpStream) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
            .unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(acceptor.clone(), stream));
            }
        });
        Self { address, runtime: Some(runtime) }
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn pass_on(acceptor: TlsAcceptor, stream: TcpStream, behind: SocketAddr) -> std::io::Result<()> {
    let mut secure = acceptor.accept(stream).await?;
    let mut plain = TcpStream::connect(behind).await?;
    tokio::io::copy_bidirectional(&mut secure, &mut plain).await?;
    Ok(())
}

async fn answer_abruptly(acceptor: TlsAcceptor, stream: TcpStream, answer: String) -> std::io::Result<()> {
    let mut secure = acceptor.accept(stream).await?;
    let mut request = [0; 4096];
    // The request is small, and what it asks for does not matter.
    let _read = secure.read(&mut request).await?;
    secure.write_all(answer.as_bytes()).await?;
    secure.flush().await?;
    let (tcp, _) = secure.into_inner();
    drop(tcp);
    Ok(())
}

//! TLS of our own, with a certificate that only this test trusts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use server::{Config, Server, SystemClock, TlsFiles};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use crate::rig::soon;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/server")
        .join(name)
}

#[tokio::test]
async fn with_a_certificate_the_server_speaks_tls_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let tls = TlsFiles {
        certificate: file("certificate.pem"),
        key: file("key.pem"),
    };
    let config = Config {
        tls: Some(tls),
        ..Config::in_folder(folder.path())
    };
    let server = Server::open(config, Arc::new(SystemClock::default()))
        .await
        .unwrap();
    let address = server
        .serve(TcpListener::bind("127.0.0.1:0").await.unwrap())
        .unwrap();
    assert_eq!(server.public_url().unwrap().scheme(), "https");

    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(file("certificate.pem")).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let request = format!(
        "GET /healthz HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n",
        address.port()
    );

    let tcp = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let connector = TlsConnector::from(Arc::new(client));
    let mut secure = soon("handshake", connector.connect(name, tcp))
        .await
        .unwrap();
    secure.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = soon("answer", secure.read_to_string(&mut answer)).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = soon("end", plain.read_to_end(&mut answer)).await;
    assert!(!answer.starts_with(b"HTTP"), "plain HTTP gets no answer");
    server.shutdown().await;
}

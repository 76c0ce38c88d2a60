//! `health`: asks a running service whether it can serve, for the health checks of containers.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, ensure};

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks `/readyz` of a service that listens on this address; for one on all interfaces, this host is asked.
pub fn check(host: IpAddr, port: u16) -> anyhow::Result<()> {
    let host = match host {
        host if !host.is_unspecified() => host,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
    };
    let address = SocketAddr::new(host, port);
    let mut socket =
        TcpStream::connect_timeout(&address, PATIENCE).with_context(|| format!("no service at {address}"))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    // Written by hand, since a client library would cost more than the single request.
    write!(socket, "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    socket.take(64 << 10).read_to_end(&mut answer).context("the service does not answer")?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.lines().next().unwrap_or_default();
    ensure!(status.starts_with("HTTP/1.1 200 "), "the service is not ready: {status}");
    Ok(())
}

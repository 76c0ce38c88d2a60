//! `health`: asks a running service whether it can serve, for the health checks of containers.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context, ensure};
use clap::Args;

/// Ask a running service whether it can serve; ends with 0 if it can.
///
/// Meant for the health checks of containers, where no other program is at hand. Reads the service's own
/// variables, so that it needs no flag there.
#[derive(Clone, Debug, Args)]
pub struct HealthSettings {
    /// Address the service listens on; for 0.0.0.0 this host is asked
    #[arg(long, env = "SERVER_HOST", default_value = "127.0.0.1")]
    host: IpAddr,
    /// Port the service listens on
    #[arg(long, env = "SERVER_PORT", default_value_t = 8001)]
    port: u16,
}

/// How long each step may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Asks `/readyz`.
pub fn check(settings: &HealthSettings) -> anyhow::Result<()> {
    let host = match settings.host {
        host if !host.is_unspecified() => host,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
    };
    let address = SocketAddr::new(host, settings.port);
    let mut socket =
        TcpStream::connect_timeout(&address, PATIENCE).with_context(|| format!("no service at {address}"))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    // Written by hand: a client for one request a few seconds apart would be most of the work.
    write!(socket, "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    socket.take(64 << 10).read_to_end(&mut answer).context("the service does not answer")?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.lines().next().unwrap_or_default();
    ensure!(status.starts_with("HTTP/1.1 200 "), "the service is not ready: {status}");
    Ok(())
}

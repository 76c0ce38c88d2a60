//! The cryptography of the tests' own HTTP clients: `reqwest` makes none without it, not even for plain HTTP.

use rustls::crypto::{CryptoProvider, ring};

/// Sees to it that clients can be made in this process.
pub fn prepare() {
    if CryptoProvider::get_default().is_none() {
        // An error means that another test was quicker, which does as well.
        let _ = ring::default_provider().install_default();
    }
}

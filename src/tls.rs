//! The cryptography of the service's own HTTPS connections.

/// Sees to it that clients can be made. An application that has chosen a provider for its process keeps it.
pub(crate) fn prepare() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // An error means that another thread was quicker, which does as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

#[cfg(test)]
mod tests {
    use rustls::crypto::CryptoProvider;

    #[test]
    fn there_is_a_provider_and_it_stays() {
        super::prepare();
        let chosen: *const CryptoProvider =
            &raw const **CryptoProvider::get_default().expect("one is installed");
        super::prepare();
        let again: *const CryptoProvider =
            &raw const **CryptoProvider::get_default().expect("one is installed");
        assert_eq!(chosen, again);
    }
}

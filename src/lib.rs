//! A self-hosted ChatKit server.

//! Behaviour of the running service.

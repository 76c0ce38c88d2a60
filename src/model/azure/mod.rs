//! Tokens for Azure OpenAI: where they come from, and how they are kept fresh.
//!
//! `AzureIdentity` (feature `azure`) asks the credentials of `azure_identity`, in the order of
//! `AzureCredentialKind`; [`TokenCache`] keeps the token, renews it before it expires, and asks only once
//! at a time.

mod cache;
#[cfg(feature = "azure")]
mod identity;

pub use cache::{Clock, Token, TokenCache, TokenError, TokenSource};
#[cfg(feature = "azure")]
pub use identity::{AzureCredentialKind, AzureIdentity, AzureIdentitySettings};

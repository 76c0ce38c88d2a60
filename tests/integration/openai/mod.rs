//! The real binary before a provider that speaks Chat Completions: what it asks, and what it makes of
//! the answers.

mod answers;
mod files;
mod pictures;
mod requests;
mod titles;

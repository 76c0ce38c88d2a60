//! What all thread actors use.

use std::sync::Arc;

use crate::{
    actors::ThreadSettings,
    agent::{Hooks, files::Files},
    store::Store,
};

/// What all thread actors use.
pub struct ThreadServices {
    /// Where threads are stored.
    pub store: Arc<dyn Store>,
    /// What answers.
    pub(crate) hooks: Hooks,
    /// Reads attached files for the model.
    pub files: Files,
    /// How actors behave.
    pub settings: ThreadSettings,
}

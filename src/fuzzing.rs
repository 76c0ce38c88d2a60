//! What fuzz targets (`fuzz/`) reach of what is private. Only they turn the feature `fuzzing` on.

pub use crate::{
    http::fuzzing::read_form,
    model::fuzzing::{read_answer, read_response},
};

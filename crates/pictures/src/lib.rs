//! Pictures from strangers: looked at, decoded and made small within limits.
//!
//! A file of a few bytes can ask a decoder for gigabytes, and a thread that holds such a file asks
//! again with every message. So nothing in this project calls a decoder but this crate, which goes
//! through four steps:
//!
//! 1. [`Pictures::place`] waits for one of a few places, *before* the file is read into memory.
//! 2. [`header`] walks over the file without decoding or allocating anything. It finds the size of the
//!    picture and of its frames, and how much memory a decoder will take at its peak.
//! 3. That much is taken from one budget of pixels, which bounds all decoding at once.
//! 4. The decoder runs on a blocking thread, under a deadline, and only on the first frame.
//!
//! [`Pictures::shared`] is the process's own budget. Every wait is bounded and ends in
//! [`PictureError::Busy`]. If a caller drops the work half-way, the decoder still runs to its end on its thread,
//! and its part of the budget is given back only then.

mod budget;
mod copies;
#[cfg(feature = "decode")]
mod decode;
#[cfg(feature = "decode")]
mod decoding;
mod error;
pub mod header;
#[cfg(feature = "testing")]
pub mod samples;
#[cfg(feature = "decode")]
mod small;
#[cfg(feature = "decode")]
mod strip;
#[cfg(not(feature = "decode"))]
mod undecoded;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

#[cfg(feature = "decode")]
pub use self::decode::Decoded;
use self::{budget::Budget, header::MAX_SIDE_PX};
pub use self::{
    budget::Place,
    copies::{ModelCopy, SmallCopy},
    error::PictureError,
    header::{Format, Header},
};

/// The limits within which pictures are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PictureSettings {
    /// The most pixels of a picture, and of each of its frames. Default 40 million, which is more than
    /// most telephones take.
    pub max_pixels: u64,
    /// The pixels, of four bytes each, that all pictures being decoded may take together. A picture
    /// that needs more than that waits until it is alone. Default 40 million, which is 160 MB.
    pub budget_pixels: u32,
    /// The most bytes of a picture's file. Default 64 MiB.
    pub max_file_bytes: usize,
    /// How many files may be in memory at once to be decoded. Default 8.
    pub max_places: usize,
    /// How long a picture may wait for its turn, for a place and for its pixels each. Default 30
    /// seconds.
    pub max_waiting: Duration,
    /// How long decoding one picture may take. Default 30 seconds.
    pub max_decoding: Duration,
}

impl Default for PictureSettings {
    fn default() -> Self {
        Self {
            max_pixels: 40_000_000,
            budget_pixels: 40_000_000,
            max_file_bytes: 64 << 20,
            max_places: 8,
            max_waiting: Duration::from_secs(30),
            max_decoding: Duration::from_secs(30),
        }
    }
}

/// Reads pictures within limits. Cheap to clone; clones share one budget.
#[derive(Clone, Debug)]
pub struct Pictures(Arc<Inner>);

static SHARED: OnceLock<Pictures> = OnceLock::new();

#[derive(Debug)]
struct Inner {
    settings: PictureSettings,
    budget: Budget,
}

impl Pictures {
    /// A budget of its own. Whoever makes a second one in a process doubles the memory that pictures
    /// can take there.
    pub fn new(settings: PictureSettings) -> Self {
        Self(Arc::new(Inner { settings, budget: Budget::new(&settings) }))
    }

    /// The process's own budget, with the default limits unless [`Pictures::set_limits`] was called.
    pub fn shared() -> Self {
        SHARED.get_or_init(|| Self::new(PictureSettings::default())).clone()
    }

    /// Sets the limits of the process's own budget. Call it once, before any picture is read. Later calls change
    /// nothing and return the limits in force as the error.
    pub fn set_limits(settings: PictureSettings) -> Result<(), PictureSettings> {
        SHARED.set(Self::new(settings)).map_err(|_| *Self::shared().settings())
    }

    /// The limits.
    pub fn settings(&self) -> &PictureSettings {
        &self.0.settings
    }

    /// Waits for a place among those that may read a picture's file into memory.
    pub async fn place(&self) -> Result<Place, PictureError> {
        self.0.budget.place(self.clone()).await
    }

    /// Reads the header and refuses files that would not be decoded. It decodes and allocates nothing, but may
    /// walk over the whole file, so call it on a blocking thread.
    pub fn check(&self, file: &[u8]) -> Result<Header, PictureError> {
        let PictureSettings { max_pixels, max_file_bytes, .. } = self.0.settings;
        if file.len() > max_file_bytes {
            return Err(PictureError::FileTooLarge { max_file_bytes });
        }
        let header = header::read(file)?;
        for (width, height) in [(header.width, header.height), header.frame] {
            let pixels = u64::from(width) * u64::from(height);
            if pixels == 0 {
                return Err(PictureError::broken("it has no pixels"));
            }
            if pixels > max_pixels || width.max(height) > MAX_SIDE_PX {
                return Err(PictureError::TooManyPixels { width, height, max_pixels });
            }
        }
        header.check_scans(max_pixels)?;
        Ok(header)
    }
}

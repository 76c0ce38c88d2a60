//! The one budget: places for files in memory, and pixels for decoders.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Header, PictureError, PictureSettings, Pictures};

/// What all pictures of a process share. Both semaphores are fair: a large picture is not overtaken
/// for ever by small ones.
#[derive(Debug)]
pub(crate) struct Budget {
    places: Arc<Semaphore>,
    pixels: Arc<Semaphore>,
    all_pixels: u32,
    max_waiting: Duration,
}

/// The right to have one picture's file in memory, and to decode it once.
#[derive(Debug)]
pub struct Place {
    pictures: Pictures,
    place: OwnedSemaphorePermit,
}

impl Budget {
    pub(crate) fn new(settings: &PictureSettings) -> Self {
        let all_pixels = settings.budget_pixels.max(1);
        Self {
            places: Arc::new(Semaphore::new(settings.max_places.max(1))),
            pixels: Arc::new(Semaphore::new(all_pixels as usize)),
            all_pixels,
            max_waiting: settings.max_waiting,
        }
    }

    pub(crate) async fn place(&self, pictures: Pictures) -> Result<Place, PictureError> {
        let place = self.wait_for(&self.places, 1).await?;
        Ok(Place { pictures, place })
    }

    async fn pixels(&self, pixels: u64) -> Result<OwnedSemaphorePermit, PictureError> {
        // A picture that needs more than there is takes everything, and so is decoded alone.
        let pixels = u32::try_from(pixels).unwrap_or(u32::MAX).clamp(1, self.all_pixels);
        self.wait_for(&self.pixels, pixels).await
    }

    async fn wait_for(
        &self,
        semaphore: &Arc<Semaphore>,
        permits: u32,
    ) -> Result<OwnedSemaphorePermit, PictureError> {
        let waiting = Arc::clone(semaphore).acquire_many_owned(permits);
        match tokio::time::timeout(self.max_waiting, waiting).await {
            // Nobody closes the semaphores.
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(PictureError::Busy),
        }
    }
}

impl Place {
    /// Checks the file, takes what decoding it needs from the budget, and does `work` on a blocking
    /// thread, to which the header and the deadline are given. `copies` is how many decoded pictures
    /// `work` holds at once.
    pub(crate) async fn run<T: Send + 'static>(
        self,
        file: Bytes,
        copies: u64,
        work: impl FnOnce(Bytes, Header, Instant) -> Result<T, PictureError> + Send + 'static,
    ) -> Result<T, PictureError> {
        let Self { pictures, place } = self;
        let (checking, looked_at) = (pictures.clone(), file.clone());
        // The work owns the place while it runs, even if the caller goes away.
        let (header, place) = blocking(move || Ok((checking.check(&looked_at)?, place))).await?;
        let pixels = pictures.0.budget.pixels(header.peak_pixels(copies)).await?;
        let max_decoding = pictures.settings().max_decoding;
        blocking(move || {
            let _held = (place, pixels);
            work(file, header, Instant::now() + max_decoding)
        })
        .await
    }
}

/// Runs `work` on a blocking thread. A decoder that panics on a hostile file costs that picture and
/// nothing else.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PictureError> + Send + 'static,
) -> Result<T, PictureError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_panic| Err(PictureError::broken("its decoder failed")))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn work_whose_caller_goes_away_keeps_its_place_until_it_ends() {
        // One thread for blocking work, which the test holds.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .max_blocking_threads(1)
            .build()
            .unwrap();
        runtime.block_on(async {
            let (release, held) = mpsc::channel::<()>();
            let holder = tokio::task::spawn_blocking(move || held.recv());
            let pictures = Pictures::new(PictureSettings { max_places: 1, ..PictureSettings::default() });
            let places = Arc::clone(&pictures.0.budget.places);
            let place = pictures.place().await.unwrap();
            let mut running = Box::pin(place.run(Bytes::from_static(b"no picture"), 1, |_, _, _| Ok(())));
            let first_look =
                std::future::poll_fn(|context| std::task::Poll::Ready(running.as_mut().poll(context)));
            assert!(first_look.await.is_pending());
            drop(running);
            assert_eq!(places.available_permits(), 0, "the file is still in memory");
            release.send(()).unwrap();
            holder.await.unwrap().unwrap();
            drop(pictures.place().await.unwrap());
            assert_eq!(places.available_permits(), 1);
        });
    }
}

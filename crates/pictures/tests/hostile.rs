//! Files made to hurt a decoder, and what all pictures together may take.
#![allow(clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use chatkit_pictures::{
    ModelCopy, PictureError, PictureSettings, Pictures,
    samples::{animated_gif, encoded, hostile, plain_png, quarters, rotated_jpeg},
};
use image::ImageFormat;

fn settings(change: impl FnOnce(&mut PictureSettings)) -> Pictures {
    let mut settings = PictureSettings::default();
    change(&mut settings);
    Pictures::new(settings)
}

#[tokio::test]
async fn each_hostile_file_is_refused_or_read_within_the_limits() {
    let pictures = Pictures::shared();
    for sample in hostile() {
        let name = sample.name;
        let checked = pictures.check(&sample.file);
        assert_eq!(checked.is_err(), sample.is_refused_by_header, "{name}: {checked:?}");
        let file = Bytes::from(sample.file);
        let wanted = ModelCopy { max_side_px: 1_536, max_bytes: 2 << 20, keep_metadata: false };
        let copy = pictures.place().await.unwrap().copy_for_model(file.clone(), wanted).await;
        assert!(copy.is_err() || !sample.is_refused_by_header, "{name}");
        let small = pictures.place().await.unwrap().small_copy(file.clone(), 512).await;
        assert_eq!(small.is_err(), copy.is_err(), "{name}");
        let size = |decoded: chatkit_pictures::Decoded| decoded.image.width() * decoded.image.height();
        let decoded = pictures.place().await.unwrap().decode(file, size).await;
        assert!(decoded.map_or(copy.is_err(), |pixels| pixels <= 64), "{name}");
    }
}

/// What a header says and what decoders find must not differ in what they take, wherever the file is cut
/// and whatever is flipped in it.
#[tokio::test]
async fn damaged_files_are_read_or_refused_and_nothing_else() {
    let pictures = settings(|settings| settings.max_pixels = 100_000);
    let mut state = 7_u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    let picture = quarters(40, 30, 200);
    let mut files: Vec<Vec<u8>> = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP]
        .map(|format| encoded(&picture, format))
        .into();
    files.extend([encoded(&picture, ImageFormat::Bmp), rotated_jpeg(16, 8), animated_gif()]);
    for file in files {
        for _ in 0..150 {
            let mut damaged = file.clone();
            damaged.truncate(1 + random(file.len()));
            for _ in 0..random(4) {
                let place = random(damaged.len().min(200));
                damaged[place] = u8::try_from(random(256)).unwrap();
            }
            let place = pictures.place().await.unwrap();
            let size = |decoded: chatkit_pictures::Decoded| (decoded.image.width(), decoded.image.height());
            match place.decode(Bytes::from(damaged), size).await {
                Ok((width, height)) => assert!(width * height <= 100_000),
                Err(PictureError::Broken { reason }) => {
                    assert_ne!(reason, "its decoder failed", "a decoder panicked");
                }
                Err(_) => {}
            }
        }
    }
}

#[tokio::test]
async fn decoding_stops_when_its_time_is_over() {
    let pictures = settings(|settings| settings.max_decoding = Duration::ZERO);
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Jpeg] {
        let file = Bytes::from(encoded(&quarters(40, 30, 255), format));
        let refused = pictures.place().await.unwrap().small_copy(file, 10).await;
        assert_eq!(refused, Err(PictureError::TooSlow), "{format:?}");
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_looked_at() {
    let pictures = settings(|settings| settings.max_file_bytes = 100);
    let refused = pictures.check(&plain_png(500, 500));
    assert_eq!(refused, Err(PictureError::FileTooLarge { max_file_bytes: 100 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_pictures_together_stay_within_the_budget() {
    // Two of these pictures fit, counted twice for turning them.
    let pictures = settings(|settings| settings.budget_pixels = 2 * 2 * 10_000);
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let decoding = (0..12).map(|_| {
        let (pictures, now, most) = (pictures.clone(), Arc::clone(&now), Arc::clone(&most));
        tokio::spawn(async move {
            let place = pictures.place().await.unwrap();
            let work = move |_| {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                // Long enough for a third one to begin, were it let.
                std::thread::sleep(Duration::from_millis(20));
                now.fetch_sub(1, Ordering::SeqCst);
            };
            place.decode(plain_png(100, 100).into(), work).await.unwrap();
        })
    });
    for decoding in decoding.collect::<Vec<_>>() {
        decoding.await.unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_picture_larger_than_the_budget_is_read_alone() {
    let pictures = settings(|settings| settings.budget_pixels = 10);
    let copy = pictures.place().await.unwrap().small_copy(plain_png(100, 100).into(), 10).await;
    assert!(copy.is_ok());
}

#[tokio::test]
async fn waiting_ends_and_the_same_picture_is_read_later() {
    let pictures = settings(|settings| {
        settings.budget_pixels = 1;
        settings.max_places = 2;
        settings.max_waiting = Duration::from_millis(10);
    });
    let file = Bytes::from(plain_png(10, 10));
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let place = pictures.place().await.unwrap();
    let held = tokio::spawn(place.decode(file.clone(), move |_| {
        begun.send(()).unwrap();
        wait.recv().unwrap();
    }));
    has_begun.await.unwrap();
    // There is a second place, but no pixels are left; then there is no place either.
    let second = pictures.place().await.unwrap();
    assert_eq!(second.small_copy(file.clone(), 5).await, Err(PictureError::Busy));
    let second = pictures.place().await.unwrap();
    assert_eq!(pictures.place().await.unwrap_err(), PictureError::Busy);
    drop(second);
    go.send(()).unwrap();
    held.await.unwrap().unwrap();
    assert!(pictures.place().await.unwrap().small_copy(file, 5).await.is_ok());
}

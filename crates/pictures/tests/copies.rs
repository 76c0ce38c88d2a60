//! Small copies of proper pictures: their size, their colours, and what they leave out.
#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use chatkit_pictures::{
    ModelCopy, PictureError, Pictures, SmallCopy,
    samples::{
        PLACE, animated_gif, encoded, jpeg_with_place, png_with_place, quarters, rotated_jpeg,
        webp_with_place,
    },
};
use image::{DynamicImage, ImageFormat, Rgb, Rgba, RgbaImage};

const PNG: &str = "image/png";
const JPEG: &str = "image/jpeg";

async fn thumbnail(file: &[u8], max_side_px: u32) -> Result<SmallCopy, PictureError> {
    let place = Pictures::shared().place().await?;
    place.small_copy(Bytes::copy_from_slice(file), max_side_px).await
}

async fn for_model(file: &Bytes, max_side_px: u32, max_bytes: usize) -> Result<SmallCopy, PictureError> {
    let place = Pictures::shared().place().await?;
    place.copy_for_model(file.clone(), ModelCopy { max_side_px, max_bytes, keep_metadata: false }).await
}

fn decoded(copy: &SmallCopy) -> DynamicImage {
    image::load_from_memory(&copy.bytes).unwrap()
}

fn assert_colour(picture: &DynamicImage, x: u32, y: u32, colour: [u8; 3]) {
    let Rgb(found) = *picture.to_rgb8().get_pixel(x, y);
    let near = found.iter().zip(colour).all(|(a, b)| a.abs_diff(b) < 40);
    assert!(near, "{found:?} is not {colour:?}");
}

#[tokio::test]
async fn copies_are_small_upright_and_in_the_right_colours() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp]
    {
        let copy = thumbnail(&encoded(&quarters(1500, 750, 255), format), 512).await.unwrap();
        assert_eq!(copy.mime_type, JPEG, "{format:?}");
        let picture = decoded(&copy);
        assert_eq!((picture.width(), picture.height()), (512, 256), "{format:?}");
        assert_colour(&picture, 20, 20, [255, 0, 0]);
        assert_colour(&picture, 500, 20, [0, 255, 0]);
        assert_colour(&picture, 20, 240, [0, 0, 255]);
    }
    let copy = thumbnail(&rotated_jpeg(800, 400), 512).await.unwrap();
    let picture = decoded(&copy);
    assert_eq!((picture.width(), picture.height()), (256, 512));
    assert_colour(&picture, 236, 20, [255, 0, 0]);
    assert_colour(&picture, 20, 20, [0, 0, 255]);
    assert!(!copy.bytes.windows(4).any(|window| window == b"GPS!" || window == b"Exif"));
}

#[tokio::test]
async fn see_through_pictures_stay_so() {
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let copy = thumbnail(&encoded(&quarters(600, 600, 0), format), 512).await.unwrap();
        assert_eq!(copy.mime_type, PNG);
        assert_eq!(decoded(&copy).to_rgba8().get_pixel(10, 10).0[3], 0);
    }
}

#[tokio::test]
async fn a_light_shape_on_nothing_has_no_dark_seam() {
    let picture: DynamicImage =
        RgbaImage::from_fn(
            999,
            999,
            |x, _| {
                if x < 500 { Rgba([0, 0, 0, 0]) } else { Rgba([255, 255, 255, 255]) }
            },
        )
        .into();
    let copy = thumbnail(&encoded(&picture, ImageFormat::Png), 100).await.unwrap();
    let small = decoded(&copy).into_rgba8();
    let seam: Vec<_> = small.pixels().filter(|pixel| (16..=240).contains(&pixel.0[3])).collect();
    assert!(!seam.is_empty(), "there are half see-through pixels between");
    assert!(seam.iter().all(|pixel| pixel.0[0] > 230), "{seam:?}");
}

#[tokio::test]
async fn small_pictures_are_not_blown_up() {
    let picture = decoded(&thumbnail(&encoded(&quarters(3, 1, 255), ImageFormat::Png), 512).await.unwrap());
    assert_eq!((picture.width(), picture.height()), (3, 1));
}

#[tokio::test]
async fn a_picture_that_fits_goes_to_the_model_as_it_came() {
    for (format, mime_type) in [
        (ImageFormat::Png, "image/png"),
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::Gif, "image/gif"),
        (ImageFormat::WebP, "image/webp"),
    ] {
        let bytes = Bytes::from(encoded(&quarters(100, 50, 255), format));
        let shown = for_model(&bytes, 100, bytes.len()).await.unwrap();
        assert_eq!(shown, SmallCopy { bytes, mime_type });
    }
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

#[tokio::test]
async fn where_a_picture_was_taken_is_kept_from_the_model() {
    let plain = encoded(&quarters(60, 40, 255), ImageFormat::Jpeg);
    for (file, format) in [
        (jpeg_with_place(60, 40), ImageFormat::Jpeg),
        (png_with_place(60, 40), ImageFormat::Png),
        (webp_with_place(60, 40), ImageFormat::WebP),
    ] {
        let file = Bytes::from(file);
        assert!(holds(&file, PLACE), "{format:?}");
        let copy = for_model(&file, 100, 1 << 20).await.unwrap();
        assert!(!holds(&copy.bytes, PLACE) && !holds(&copy.bytes, b"Exif"), "{format:?}");
        let (shown, original) = (decoded(&copy), image::load_from_memory(&file).unwrap());
        assert_eq!((shown.width(), shown.height()), (60, 40), "{format:?}");
        match format {
            ImageFormat::WebP => assert_colour(&shown, 5, 5, [255, 0, 0]),
            _ => assert_eq!(shown.to_rgba8(), original.to_rgba8(), "not a pixel of a {format:?} changes"),
        }

        let place = Pictures::shared().place().await.unwrap();
        let wanted = ModelCopy { max_side_px: 100, max_bytes: 1 << 20, keep_metadata: true };
        assert_eq!(place.copy_for_model(file.clone(), wanted).await.unwrap().bytes, file);
    }
    // Nothing but the place goes: the profile of the colours stays.
    let copy = for_model(&Bytes::from(jpeg_with_place(60, 40)), 100, 1 << 20).await.unwrap();
    assert!(holds(&copy.bytes, b"ICC_PROFILE") && copy.bytes.ends_with(&plain[plain.len() - 20..]));
}

#[tokio::test]
async fn what_does_not_fit_is_made_to() {
    let size = |copy: SmallCopy| {
        let picture = decoded(&copy);
        (picture.width(), picture.height(), copy.mime_type)
    };
    let png = Bytes::from(encoded(&quarters(1000, 500, 255), ImageFormat::Png));
    assert_eq!(size(for_model(&png, 400, 1 << 20).await.unwrap()), (400, 200, JPEG));
    let turned = Bytes::from(rotated_jpeg(40, 20));
    assert_eq!(size(for_model(&turned, 400, 1 << 20).await.unwrap()), (20, 40, JPEG));
    let moving = Bytes::from(animated_gif());
    assert_eq!(size(for_model(&moving, 400, 1 << 20).await.unwrap()), (64, 32, JPEG));
    let bmp = Bytes::from(encoded(&quarters(10, 10, 255), ImageFormat::Bmp));
    assert_eq!(size(for_model(&bmp, 400, 1 << 20).await.unwrap()), (10, 10, JPEG));
    assert!(for_model(&png, 1000, 3000).await.unwrap().bytes.len() <= 3000);
    let refused = for_model(&png, 1000, 10).await;
    assert_eq!(refused, Err(PictureError::CannotBeMadeSmall { max_bytes: 10 }));
}

/// A provider would refuse the whole request, and every later one of the thread.
#[tokio::test]
async fn a_broken_picture_does_not_go_to_the_model_however_small_it_is() {
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let whole = encoded(&quarters(100, 50, 255), format);
        let cut = Bytes::copy_from_slice(&whole[..whole.len() * 2 / 3]);
        let refused = for_model(&cut, 100, 1 << 20).await;
        assert!(matches!(refused, Err(PictureError::Broken { .. })), "{format:?}: {refused:?}");
    }
    // What is there of a JPEG can be shown, but in a file that is whole.
    let whole = encoded(&quarters(100, 50, 255), ImageFormat::Jpeg);
    let cut = Bytes::copy_from_slice(&whole[..whole.len() - 40]);
    let copy = for_model(&cut, 100, 1 << 20).await.unwrap();
    assert!(copy.bytes != cut && copy.bytes.ends_with(&[0xFF, 0xD9]));
}

#[tokio::test]
async fn what_is_no_picture_is_not_read() {
    for file in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"", b"\x89PNG\r\n\x1a\n"] {
        assert!(for_model(&Bytes::from_static(file), 100, 100).await.is_err());
        assert!(thumbnail(file, 100).await.is_err());
    }
}

/// What a browser's canvas writes: lossless and lossy, with palettes, predictors, groups of codes and alpha.
#[tokio::test]
async fn what_a_browser_writes_is_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file = Bytes::from(std::fs::read(&path).unwrap());
        let copy = for_model(&file, 2_000, 1 << 20).await;
        assert_eq!(copy, Ok(SmallCopy { bytes: file, mime_type: "image/webp" }), "{}", path.display());
        read += 1;
    }
    assert!(read >= 6, "{read} files");
}

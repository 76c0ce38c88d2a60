//! Descriptions of pictures made here, whose every pixel is known.

use std::io::Cursor;

use bytes::Bytes;
use image::{
    DynamicImage, Frame, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage,
    codecs::{gif::GifEncoder, jpeg::JpegEncoder},
};

use super::*;

fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    encode(image, ImageFormat::Png)
}

fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut data = Cursor::new(Vec::new());
    image.into().write_to(&mut data, format).expect("a picture made here can be encoded");
    data.into_inner()
}

async fn description(data: Vec<u8>) -> String {
    let picture =
        ImagePart { name: "test".to_owned(), mime_type: "image/png".to_owned(), data: Bytes::from(data) };
    describe(vec![picture]).await.remove(0)
}

async fn assert_says(data: Vec<u8>, facts: &[&str]) {
    let text = description(data).await;
    for fact in facts {
        assert!(text.contains(fact), "no {fact:?} in:\n{text}");
    }
}

#[tokio::test]
async fn a_plain_red_square_is_called_so() {
    assert_says(
        png(RgbImage::from_pixel(64, 64, Rgb([255, 0, 0]))),
        &[
            "a PNG image of 64 × 64 pixels (square)",
            "a plain surface of one colour",
            "red 100 % (`#FF0000`); strongly saturated",
            "no contrast",
            "no fine detail",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_gradient_is_brighter_where_it_is_brighter() {
    let shade = |x: u32| u8::try_from(x * 255 / 399).unwrap();
    assert_says(
        png(RgbImage::from_fn(400, 300, |x, _| Rgb([shade(x); 3]))),
        &["400 × 300 pixels (landscape, 4:3)", "brighter on the right", "no hue at all", "high contrast"],
    )
    .await;
    let text = description(png(RgbImage::from_fn(300, 400, |_, y| Rgb([shade(y); 3])))).await;
    assert!(text.contains("portrait, 3:4") && text.contains("brighter at the bottom"), "{text}");
    assert!(!text.contains("on the right"), "{text}");
}

#[tokio::test]
async fn a_checkerboard_is_sharp_and_half_and_half() {
    let square = |x: u32, y: u32| if (x / 8 + y / 8).is_multiple_of(2) { [0, 0, 0] } else { [255, 255, 255] };
    assert_says(
        png(RgbImage::from_fn(320, 320, |x, y| Rgb(square(x, y)))),
        &[
            "black 50 % (`#000000`)",
            "white 50 % (`#FFFFFF`)",
            "sharp, with hard edges",
            "a graphic, drawing or screenshot",
            "in 2 sampled colours",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_screen_sized_graphic_is_taken_for_a_screenshot() {
    let bar = |y: u32| if y < 60 { [30, 30, 40] } else { [250, 250, 250] };
    assert_says(
        png(RgbImage::from_fn(1920, 1080, |_, y| Rgb(bar(y)))),
        &["most likely a screenshot", "landscape, 16:9", "very bright"],
    )
    .await;
}

#[tokio::test]
async fn noise_of_many_colours_is_taken_for_a_photograph() {
    let mut state = 7_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from(state >> 24).unwrap() / 2 + 60
    };
    let image = RgbImage::from_fn(200, 200, |_, _| Rgb([noise(), noise(), noise()]));
    assert_says(encode(image, ImageFormat::Bmp), &["BMP image", "most likely a photograph"]).await;
}

#[tokio::test]
async fn transparency_and_what_shows_are_measured_apart() {
    let image =
        RgbaImage::from_fn(100, 100, |x, _| if x < 25 { Rgba([0, 0, 0, 0]) } else { Rgba([0, 0, 255, 255]) });
    assert_says(png(image), &["25 % of it is at least partly transparent", "blue 100 % (`#0000FF`)"]).await;
    assert_says(png(RgbaImage::new(10, 10)), &["all of it is at least partly transparent"]).await;
}

#[tokio::test]
async fn an_animation_is_called_so() {
    let mut data = Vec::new();
    let mut encoder = GifEncoder::new(&mut data);
    for shade in [0, 255] {
        encoder.encode_frame(Frame::new(RgbaImage::from_pixel(8, 8, Rgba([shade, 0, 0, 255])))).unwrap();
    }
    drop(encoder);
    assert_says(data, &["an animated GIF image of 8 × 8"]).await;
    let still = encode(RgbaImage::from_pixel(8, 8, Rgba([9, 9, 9, 255])), ImageFormat::Gif);
    assert_says(still, &["is a GIF image"]).await;
}

#[tokio::test]
async fn what_the_camera_wrote_is_told_and_made_harmless() {
    let ascii = |tag, text: &str| exif::Field {
        tag,
        ifd_num: exif::In::PRIMARY,
        value: exif::Value::Ascii(vec![text.as_bytes().to_vec()]),
    };
    let position = exif::Field {
        tag: exif::Tag::GPSLatitude,
        ifd_num: exif::In::PRIMARY,
        value: exif::Value::Rational(vec![(59, 1).into(), (54, 1).into(), (0, 1).into()]),
    };
    let orientation = exif::Field {
        tag: exif::Tag::Orientation,
        ifd_num: exif::In::PRIMARY,
        value: exif::Value::Short(vec![6]),
    };
    let fields = [
        ascii(exif::Tag::Make, "Acme"),
        ascii(exif::Tag::Model, "X100 <script>"),
        ascii(exif::Tag::DateTimeOriginal, "2024:05:17 09:30:00"),
        position,
        orientation,
    ];
    let mut writer = exif::experimental::Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut metadata = Cursor::new(Vec::new());
    writer.write(&mut metadata, false).unwrap();

    let mut data = Vec::new();
    let mut encoder = JpegEncoder::new(&mut data);
    encoder.set_exif_metadata(metadata.into_inner()).unwrap();
    RgbImage::from_pixel(80, 40, Rgb([20, 120, 40])).write_with_encoder(encoder).unwrap();
    assert_says(
        data,
        &[
            // The orientation turns it upright.
            "a JPEG image of 40 × 80 pixels (portrait, 1:2)",
            "a photograph: the file names its camera",
            "**Camera:** Acme X100 -script-",
            "**Taken:** 2024-05-17 09:30:00",
            "**Position:**",
        ],
    )
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_said_so() {
    let whole = png(RgbImage::from_fn(64, 64, |x, y| Rgb([u8::try_from(x * y % 251).unwrap(), 9, 9])));
    assert_says(whole[..whole.len() / 2].to_vec(), &["**test** cannot be read", "damaged or incomplete"])
        .await;
    assert_says(b"GIF89a".to_vec(), &["cannot be read"]).await;
    assert_says(Vec::new(), &["cannot be read", "in no format I can read"]).await;
    assert_says(b"<svg/>".to_vec(), &["in no format I can read"]).await;
}

#[tokio::test]
async fn a_decompression_bomb_is_refused_by_its_header() {
    // A PNG that claims 50,000 × 50,000 pixels.
    let mut bomb = png(RgbImage::new(1, 1));
    bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let checksum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert_says(bomb, &["more pixels than I may decode"]).await;
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(
            crc ^ u32::from(byte),
            |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 },
        )
    })
}

#[tokio::test]
async fn names_cannot_write_markup() {
    let picture = ImagePart {
        name: "a](http://x)\n<img>.png".to_owned(),
        mime_type: "image/png".to_owned(),
        data: Bytes::from(png(RgbImage::new(2, 2))),
    };
    let text = describe(vec![picture]).await.remove(0);
    assert!(text.starts_with("**a-(http://x)-img-.png** is"), "{text}");
}

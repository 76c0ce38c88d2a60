//! Files to send, and the ways to send them.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::{Client, Service, eventually};

pub const PNG: &str = "image/png";
pub const JPEG: &str = "image/jpeg";

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb([x, y, x ^ y].map(|value| u8::try_from(value % 256).unwrap()))
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    picture(width, height, ImageFormat::Png)
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    picture(width, height, ImageFormat::Jpeg)
}

/// A `multipart/form-data` body as browsers write it.
pub struct Form(Vec<u8>);

impl Form {
    /// A form with one file in a field.
    pub fn file(field: &str, mime_type: &str, bytes: &[u8]) -> Self {
        Self(Vec::new()).and(field, "; filename=\"any name.bin\"", mime_type, bytes).end()
    }

    /// A form with a text before the file.
    pub fn text_then_file(text: &str, mime_type: &str, bytes: &[u8]) -> Self {
        Self(Vec::new())
            .and("note", "", "text/plain", text.as_bytes())
            .and("file", "; filename=\"f\"", mime_type, bytes)
            .end()
    }

    fn and(mut self, field: &str, more: &str, mime_type: &str, bytes: &[u8]) -> Self {
        let head = format!(
            "------Boundary\r\nContent-Disposition: form-data; name=\"{field}\"{more}\r\nContent-Type: {mime_type}\r\n\r\n"
        );
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    fn end(mut self) -> Self {
        self.0.extend_from_slice(b"------Boundary--\r\n");
        self
    }

    /// The form without its last bytes.
    pub fn cut_by(mut self, bytes: usize) -> Self {
        self.0.truncate(self.0.len() - bytes);
        self
    }

    /// Sends the form to a signed address, as a page does: without telling who one is.
    pub async fn post(self, url: &str) -> Response {
        reqwest::Client::new()
            .post(url)
            .header("content-type", "multipart/form-data; boundary=----Boundary")
            .body(self.0)
            .send()
            .await
            .unwrap()
    }
}

impl Client {
    /// Announces a file; gives the attachment with its upload descriptor.
    pub async fn announce(&self, name: &str, mime_type: &str, size: usize) -> Value {
        self.ask("attachments.create", json!({"name": name, "size": size, "mime_type": mime_type})).await
    }

    /// Announces a file and uploads it; gives the attachment as the upload answers it.
    pub async fn attach(&self, name: &str, mime_type: &str, bytes: &[u8]) -> Value {
        let announced = self.announce(name, mime_type, bytes.len()).await;
        let url = announced["upload_descriptor"]["url"].as_str().unwrap();
        let answer = Form::file("file", mime_type, bytes).post(url).await;
        assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }
}

impl Service {
    /// Waits until there are so many files.
    pub async fn has_files(&self, number: usize) {
        eventually(&format!("{number} files"), async || (self.files().len() == number).then_some(())).await;
    }
}

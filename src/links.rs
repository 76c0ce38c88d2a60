//! Signed addresses, at which a client uploads and views the bytes of an attachment.
//!
//! An `<img>` sends no headers, so the address itself carries the right to use it: an expiry time, and a
//! signature over the attachment, its owner and that time. Addresses are made per request and never
//! stored, so they follow the host and the path under which the client reaches the service.
//!
//! A responder that shows an attachment in a widget gets its address from
//! [`RequestContext::links`](crate::context::RequestContext::links).

use std::{fmt, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;

use crate::{
    protocol::{
        Attachment, AttachmentId, ItemKind, ThreadItem,
        attachment::{UploadDescriptor, UploadMethod},
        item::GeneratedImage,
    },
    user::UserId,
};

/// How long an upload address is valid.
pub const UPLOAD_LIFETIME: Duration = Duration::from_secs(60 * 60);
/// How long a preview address is valid.
pub const PREVIEW_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// Expiry times are rounded up to a multiple of this, so that an address stays the same, and cacheable, for an
/// hour.
const STEP_SECS: u64 = 60 * 60;

/// Everything but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What an address may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sending the bytes.
    Upload,
    /// Viewing them.
    Preview,
}

impl Purpose {
    fn segment(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Preview => "preview",
        }
    }
}

/// Signs addresses and checks them.
#[derive(Clone)]
pub struct Signer(Arc<Hmac<Sha256>>);

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Signer(..)")
    }
}

/// The signed part of an address' query.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Signature {
    /// The owner of the attachment.
    pub user: String,
    /// When the address expires, in seconds since 1970.
    pub expires: u64,
    /// The signature itself.
    pub signature: String,
}

/// Why an address is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It has expired.
    #[error("this address has expired; load the thread again to get a new one")]
    Expired,
    /// It was made with another key, or was changed.
    #[error("this address is not valid")]
    Invalid,
}

impl Signer {
    /// A signer with this key. Keys of any length work; 32 random bytes are best.
    pub fn new(key: &[u8]) -> Self {
        Self(Arc::new(Hmac::new_from_slice(key).expect("HMAC takes keys of any length")))
    }

    /// A signer with a random key, whose addresses become invalid when the process ends.
    pub fn with_random_key() -> Self {
        // Two random UUIDs: 244 bits from the system's generator.
        let (one, other) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
        Self::new(&[*one.as_bytes(), *other.as_bytes()].concat())
    }

    /// A name for something of ours that tells strangers nothing, and is the same whenever it is made by the same
    /// key: 128 bits in hexadecimal. `kind` keeps the names of users and of threads apart.
    fn pseudonym(&self, kind: &str, id: &str) -> String {
        let mut mac = Hmac::clone(&self.0);
        // No address begins like this, so no pseudonym is a signature.
        mac.update(format!("pseudonym:{}:{kind}:{id}", kind.len()).as_bytes());
        let name = mac.finalize().into_bytes();
        format!(
            "{:032x}",
            u128::from_be_bytes(name[..16].try_into().expect("a SHA-256 has more than 16 bytes"))
        )
    }

    fn mac(&self, purpose: Purpose, user: &str, id: &str, expires: u64) -> Hmac<Sha256> {
        let mut mac = Hmac::clone(&self.0);
        // The lengths come before the parts, so that no two different addresses give the same text.
        mac.update(
            format!("{}:{}:{user}:{}:{id}:{expires}", purpose.segment(), user.len(), id.len()).as_bytes(),
        );
        mac
    }

    /// Checks that the address of `id` is valid at `now`, in seconds since 1970, and returns the attachment's
    /// owner.
    pub fn check(
        &self,
        purpose: Purpose,
        id: &AttachmentId,
        signature: &Signature,
        now: u64,
    ) -> Result<UserId, SignatureError> {
        let given = URL_SAFE_NO_PAD.decode(&signature.signature).map_err(|_| SignatureError::Invalid)?;
        self.mac(purpose, &signature.user, id.as_str(), signature.expires)
            .verify_slice(&given)
            .map_err(|_| SignatureError::Invalid)?;
        if now > signature.expires {
            return Err(SignatureError::Expired);
        }
        Ok(UserId::from(signature.user.as_str()))
    }
}

/// Makes addresses for one client. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AttachmentLinks {
    base_url: Arc<str>,
    signer: Signer,
    user_id: UserId,
}

impl AttachmentLinks {
    /// Addresses below `base_url` (scheme, authority and the path we are mounted at) for this user.
    pub fn new(base_url: &str, signer: Signer, user_id: UserId) -> Self {
        Self { base_url: base_url.trim_end_matches('/').into(), signer, user_id }
    }

    /// The address that takes the bytes.
    pub fn upload(&self, id: &AttachmentId) -> UploadDescriptor {
        UploadDescriptor {
            url: self.address(Purpose::Upload, id, UPLOAD_LIFETIME),
            method: UploadMethod::Post,
            headers: std::collections::BTreeMap::new(),
        }
    }

    /// A name for something of ours that tells strangers nothing; see [`Signer`].
    pub(crate) fn pseudonym(&self, kind: &str, id: &str) -> String {
        self.signer.pseudonym(kind, id)
    }

    /// The address that shows the picture.
    pub fn preview(&self, id: &AttachmentId) -> String {
        self.address(Purpose::Preview, id, PREVIEW_LIFETIME)
    }

    /// The address that shows the picture as it came.
    pub fn original(&self, id: &AttachmentId) -> String {
        self.preview(id) + "&original=1"
    }

    fn address(&self, purpose: Purpose, id: &AttachmentId, lifetime: Duration) -> String {
        let expires = (now_secs() + lifetime.as_secs()).next_multiple_of(STEP_SECS);
        let mac =
            self.signer.mac(purpose, self.user_id.as_str(), id.as_str(), expires).finalize().into_bytes();
        format!(
            "{}/{}/{}?user={}&expires={expires}&signature={}",
            self.base_url,
            purpose.segment(),
            utf8_percent_encode(id.as_str(), SEGMENT),
            utf8_percent_encode(self.user_id.as_str(), SEGMENT),
            URL_SAFE_NO_PAD.encode(mac),
        )
    }

    /// Fills in the addresses of an item's pictures for this client.
    ///
    /// Attachments of stored items have none. An address that an application's own store put there stays. A generated
    /// picture that is kept as an attachment is stored with the address that its first client was given; it gets a new
    /// one.
    pub fn fill_in(&self, item: &mut ThreadItem) {
        if let ItemKind::UserMessage(message) = &mut item.kind {
            for attachment in &mut message.attachments {
                if let Attachment::Image { common, preview_url } = attachment
                    && preview_url.is_empty()
                {
                    *preview_url = self.preview(&common.id);
                }
            }
        }
        if let ItemKind::GeneratedImage { image: Some(image) } = &mut item.kind
            && let Some(id) = kept_as(image)
        {
            image.url = self.original(&id);
        }
    }
}

/// The attachment as which a generated picture is kept: its id is the picture's, and its address one of ours.
pub(crate) fn kept_as(image: &GeneratedImage) -> Option<AttachmentId> {
    let id = AttachmentId::from(image.id.as_str());
    let path = format!("/{}/{}?user=", Purpose::Preview.segment(), utf8_percent_encode(id.as_str(), SEGMENT));
    image.url.contains(&path).then_some(id)
}

/// Seconds since 1970.
pub fn now_secs() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(url: &str) -> (String, Signature) {
        let (path, query) = url.split_once('?').unwrap();
        let mut fields = query.split('&').map(|pair| pair.split_once('=').unwrap().1.to_owned());
        let signature = Signature {
            user: fields.next().unwrap(),
            expires: fields.next().unwrap().parse().unwrap(),
            signature: fields.next().unwrap(),
        };
        (path.to_owned(), signature)
    }

    #[test]
    fn an_address_opens_one_attachment_for_one_purpose_until_its_time_is_over() {
        let signer = Signer::new(b"key");
        let links = AttachmentLinks::new("http://host:1/", signer.clone(), UserId::from("ada"));
        let id = AttachmentId::from("atc_1");
        let (path, signature) = parts(&links.preview(&id));
        assert_eq!(path, "http://host:1/preview/atc_1");
        let now = now_secs();
        let check =
            |purpose, id: &str, signature: &Signature, now| signer.check(purpose, &id.into(), signature, now);
        assert_eq!(check(Purpose::Preview, "atc_1", &signature, now), Ok(UserId::from("ada")));
        assert_eq!(check(Purpose::Upload, "atc_1", &signature, now), Err(SignatureError::Invalid));
        assert_eq!(check(Purpose::Preview, "atc_2", &signature, now), Err(SignatureError::Invalid));
        assert_eq!(
            check(Purpose::Preview, "atc_1", &signature, signature.expires + 1),
            Err(SignatureError::Expired)
        );
        let forged = Signature { user: "eve".to_owned(), ..signature.clone() };
        assert_eq!(check(Purpose::Preview, "atc_1", &forged, now), Err(SignatureError::Invalid));
        let other = Signer::new(b"other");
        assert_eq!(other.check(Purpose::Preview, &id, &signature, now), Err(SignatureError::Invalid));
    }

    #[test]
    fn ids_and_names_cannot_break_out_of_their_place() {
        let links = AttachmentLinks::new("http://h", Signer::new(b"k"), UserId::from("a&b=c/é"));
        let url = links.upload(&AttachmentId::from("../x?y")).url;
        assert!(url.starts_with("http://h/upload/..%2Fx%3Fy?user=a%26b%3Dc%2F%C3%A9&expires="), "{url}");
    }
}

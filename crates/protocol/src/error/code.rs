//! The table of errors: each code with its class, whether another try can help, and its English words.
//!
//! Servers map their errors to these codes, and clients word the codes in their users' languages. [`ErrorCode::ALL`]
//! lists the table, for documentation and for generating the vocabulary of other languages.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What the words of an error need beside its code, by name: bytes, seconds, numbers of things.
pub type ErrorParams = BTreeMap<String, u64>;

/// What a client has to expect of an error. Of HTTP it says no more than this; the server picks the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The request is wrong.
    Invalid,
    /// The request does not say who asks.
    Unauthorized,
    /// Whoever asks may not.
    Forbidden,
    /// What is named is not there, or is another user's.
    NotFound,
    /// The address takes other HTTP methods.
    MethodNotAllowed,
    /// What is named is in a state, or of a kind, that does not allow it.
    Conflict,
    /// Something is larger than allowed.
    TooLarge,
    /// Something is of a type that is not taken.
    UnsupportedType,
    /// A limit is reached that soon allows more.
    Limit,
    /// The server failed.
    Internal,
    /// The server has no room left.
    NoSpace,
    /// The server is not set up for it.
    NotImplemented,
    /// A service behind the server failed or refused.
    Upstream,
    /// A service behind the server took too long.
    UpstreamTimeout,
    /// The server, or a service behind it, cannot answer now.
    Unavailable,
}

/// One row of the table.
struct Row {
    name: &'static str,
    class: ErrorClass,
    retry: bool,
    params: &'static [&'static str],
    text: &'static str,
    advice: &'static str,
}

/// Writes the enum and the table from the same rows. A row is the code's name, its class, whether the same
/// request may succeed when it is sent again unchanged, what its words need, what went wrong, and what the
/// user can do about it.
macro_rules! error_codes {
    ($(
        $variant:ident = $name:literal, $class:ident, $retry:ident, [$($param:literal),*],
            $text:literal, $advice:literal;
    )+) => {
        /// Why something failed.
        ///
        /// The variants are documented by their [`text`](ErrorCode::text).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the table has each one's words")]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($variant),+
        }

        impl ErrorCode {
            /// All codes, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            const fn row(self) -> Row {
                match self {
                    $(Self::$variant => Row {
                        name: $name,
                        class: ErrorClass::$class,
                        retry: error_codes!(@ $retry),
                        params: &[$($param),*],
                        text: $text,
                        advice: $advice,
                    }),+
                }
            }
        }
    };
    (@ again) => { true };
    (@ never) => { false };
}

error_codes! {
    // The request.
    InvalidJson = "invalid_json", Invalid, never, [],
        "The request is not valid JSON.", "";
    InvalidRequest = "invalid_request", Invalid, never, [],
        "The request does not fit the protocol.", "";
    TitleTooLong = "title_too_long", Invalid, never, ["max"],
        "A title has at most {max} characters.", "Please shorten it.";
    TooManyAttachments = "too_many_attachments", Invalid, never, ["max"],
        "A message has at most {max} attachments.", "Please send the others in another message.";
    RequestTooLarge = "request_too_large", TooLarge, never, ["max_bytes"],
        "The request is larger than the allowed {max_bytes} bytes.", "";
    MessageTooLarge = "message_too_large", TooLarge, never, ["max_bytes"],
        "The message is longer than the allowed {max_bytes} bytes.", "Please shorten it.";
    MethodNotAllowed = "method_not_allowed", MethodNotAllowed, never, [],
        "This address takes other methods only.", "";

    // Who asks, and from where.
    Unauthorized = "unauthorized", Unauthorized, never, [],
        "You are not signed in.", "Please sign in.";
    Forbidden = "forbidden", Forbidden, never, [],
        "You may not use this service.", "";
    HostNotAllowed = "host_not_allowed", Forbidden, never, [],
        "This server does not answer to this host name.", "Please tell whoever runs it.";
    OriginNotAllowed = "origin_not_allowed", Forbidden, never, [],
        "This server does not answer pages of this origin.", "Please tell whoever runs it.";
    AddressExpired = "address_expired", Forbidden, never, [],
        "This address has expired.", "Load the thread again to get a new one.";
    AddressInvalid = "address_invalid", Forbidden, never, [],
        "This address is not valid.", "";

    // What is named.
    NotFound = "not_found", NotFound, never, [],
        "There is nothing at this address.", "";
    ThreadNotFound = "thread_not_found", NotFound, never, [],
        "This conversation does not exist.", "It may have been deleted.";
    ItemNotFound = "item_not_found", NotFound, never, [],
        "This part of the conversation does not exist.", "Please load the conversation again.";
    AttachmentNotFound = "attachment_not_found", NotFound, never, [],
        "This file does not exist.", "Please attach it again.";
    CursorNotFound = "cursor_not_found", NotFound, never, [],
        "The place to continue the list from does not exist.", "Please load the list again.";
    Conflict = "conflict", Conflict, never, [],
        "What is there does not allow this.", "";
    WrongItemKind = "wrong_item_kind", Conflict, never, [],
        "This part of the conversation does not take such a request.", "";
    AlreadyAnswered = "already_answered", Conflict, never, [],
        "This was answered already.", "";
    NoPendingToolCall = "no_pending_tool_call", Conflict, never, [],
        "The assistant does not wait for an answer of this page any more.", "";

    // Files.
    UploadBroken = "upload_broken", Invalid, again, [],
        "The upload broke off or cannot be read.", "Please upload the file again.";
    FileEmpty = "file_empty", Invalid, never, [],
        "The file is empty.", "Please choose another one.";
    FileTooLarge = "file_too_large", TooLarge, never, ["max_bytes"],
        "The file is larger than the allowed {max_bytes} bytes.", "Please choose a smaller one.";
    FileTypeMismatch = "file_type_mismatch", UnsupportedType, never, [],
        "The file is not of the type that it was announced as.", "Please choose another one.";
    PictureUnreadable = "picture_unreadable", UnsupportedType, never, [],
        "The picture cannot be read.", "Please choose another one.";
    UnsupportedMediaType = "unsupported_media_type", UnsupportedType, never, [],
        "The body is of a type that is not taken.", "";
    AttachmentNotUploaded = "attachment_not_uploaded", Conflict, again, [],
        "The file has not been uploaded yet.", "Please wait for its upload.";
    AttachmentInUse = "attachment_in_use", Conflict, never, [],
        "The file belongs to another conversation.", "Please attach it again.";
    UploadUnderWay = "upload_under_way", Conflict, never, [],
        "The file is being uploaded already.", "Please wait for its upload.";
    UploadFinished = "upload_finished", Conflict, never, [],
        "The file was uploaded already.", "";
    AttachmentsOff = "attachments_off", NotImplemented, never, [],
        "This server takes no files.", "";

    // Speech.
    RecordingEmpty = "recording_empty", Invalid, never, [],
        "The recording is empty.", "Please record again.";
    RecordingTooLarge = "recording_too_large", TooLarge, never, ["max_bytes"],
        "The recording is larger than the allowed {max_bytes} bytes.", "Please record less at once.";
    RecordingTypeUnsupported = "recording_type_unsupported", UnsupportedType, never, [],
        "Recordings of this type are not taken.", "Please send WebM, MP4, Ogg, MP3, WAV or FLAC.";
    RecordingUnreadable = "recording_unreadable", Invalid, never, [],
        "The recording could not be read; it may be broken or too short.", "Please record again.";
    TranscriptionOff = "transcription_off", NotImplemented, never, [],
        "This server does not turn speech into text.", "Please type instead.";
    TranscriptionBusy = "transcription_busy", Unavailable, again, ["seconds"],
        "The transcription service is busy.", "Please try again in {seconds}.";
    TranscriptionTimeout = "transcription_timeout", UpstreamTimeout, again, [],
        "The transcription took too long.", "Please try again.";
    TranscriptionFailed = "transcription_failed", Upstream, again, [],
        "The transcription service failed.", "Please try again.";
    TranscriptionMisconfigured = "transcription_misconfigured", Upstream, never, [],
        "The transcription service refused this server.", "Please tell whoever runs it.";

    // The server.
    ThreadBusy = "thread_busy", Limit, again, ["seconds"],
        "Too many messages wait in this conversation.", "Please try again in {seconds}.";
    ServerBusy = "server_busy", Unavailable, again, ["seconds"],
        "The server is busy.", "Please try again in {seconds}.";
    ServerRestarting = "server_restarting", Unavailable, again, [],
        "The server is being restarted.", "Please try again in a moment.";
    NotImplemented = "not_implemented", NotImplemented, never, [],
        "This server is not set up for it.", "";
    StorageFailed = "storage_failed", Internal, again, [],
        "The server could not read or store something.", "Please try again.";
    StorageFull = "storage_full", NoSpace, never, [],
        "The server has no room left.", "Please tell whoever runs it.";
    Internal = "internal", Internal, again, [],
        "Something went wrong on the server.", "Please try again.";

    // The answer.
    Custom = "custom", Internal, again, [],
        "The assistant says in its own words what went wrong.", "";
    AssistantFailed = "assistant_failed", Internal, again, [],
        "Something went wrong on the server.", "Please try again.";
    ToolRoundsExceeded = "tool_rounds_exceeded", Internal, again, [],
        "The assistant kept calling tools without coming to an answer, so it was stopped.",
        "Please try again, perhaps in other words.";
    AnswerTooLarge = "answer_too_large", TooLarge, again, ["max_bytes"],
        "The answer was stopped: it is longer than the {max_bytes} bytes a turn may have.", "";
    AnswerCutOff = "answer_cut_off", Upstream, again, [],
        "The answer was cut off because it reached the model's length limit.", "";
    AnswerFiltered = "answer_filtered", Upstream, again, [],
        "The answer was stopped by the model provider's content filter.", "";
    AnswerEmpty = "answer_empty", Upstream, again, [],
        "The language model gave an empty answer.", "Please try again.";

    // The language model.
    ModelUnreachable = "model_unreachable", Upstream, again, [],
        "The language model cannot be reached right now.", "Please try again in a moment.";
    ModelMisconfigured = "model_misconfigured", Upstream, never, [],
        "The language model refused this server's credentials.", "Please tell whoever runs it.";
    ModelAddressWrong = "model_address_wrong", Upstream, never, [],
        "There is no language model at the address that this server is set up with.",
        "Please tell whoever runs it.";
    ModelUnknown = "model_unknown", Upstream, never, [],
        "The model provider does not have the language model that this server asks for.",
        "Please tell whoever runs it.";
    ModelLoading = "model_loading", Unavailable, again, [],
        "The language model is still being loaded.", "Please try again in a moment.";
    ModelBusy = "model_busy", Unavailable, again, ["seconds"],
        "The language model is busy.", "Please try again in {seconds}.";
    ModelQuotaExhausted = "model_quota_exhausted", Upstream, never, [],
        "This server has used up its quota with the model provider.", "Please tell whoever runs it.";
    ModelInputFiltered = "model_input_filtered", Upstream, never, [],
        "The model provider's content filter did not let this request through.",
        "Please put it in other words.";
    ModelContextFull = "model_context_full", Upstream, never, [],
        "This conversation has become too long for the language model.", "Please start a new one.";
    ModelMessageTooLong = "model_message_too_long", Upstream, never, [],
        "This message is too long for the language model.",
        "Please shorten it, or send it in parts.";
    ModelRejected = "model_rejected", Upstream, never, [],
        "The language model did not accept this request.", "";
    ModelFailed = "model_failed", Upstream, again, [],
        "The language model had a problem of its own.", "Please try again.";
    ModelTimeout = "model_timeout", UpstreamTimeout, again, [],
        "The language model took too long to answer.", "Please try again.";
    ModelUnreadable = "model_unreadable", Upstream, again, [],
        "The language model sent an answer that cannot be read.", "Please try again.";
    ModelInterrupted = "model_interrupted", Upstream, again, [],
        "The language model broke off in the middle of its answer.", "Please try again.";
}

impl ErrorCode {
    /// The code as it is written.
    pub const fn as_str(self) -> &'static str {
        self.row().name
    }

    /// What a client has to expect of it.
    pub const fn class(self) -> ErrorClass {
        self.row().class
    }

    /// Whether the same request may succeed when it is sent again unchanged.
    pub const fn retry_helps(self) -> bool {
        self.row().retry
    }

    /// The names of the numbers that its words need; in the texts they stand in braces.
    pub const fn params(self) -> &'static [&'static str] {
        self.row().params
    }

    /// What went wrong, in English.
    pub const fn text(self) -> &'static str {
        self.row().text
    }

    /// What the user can do about it, in English. It is empty where that is nothing, or follows from the text.
    pub const fn advice(self) -> &'static str {
        self.row().advice
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = Self::ALL.iter().copied().find(|code| code.as_str() == name);
        known.ok_or_else(|| de::Error::custom(format_args!("unknown error code `{name}`")))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_code_is_one_word_and_its_texts_are_whole_sentences() {
        let names: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            let name = code.as_str();
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            assert!(code.text().ends_with('.') && code.text().starts_with(char::is_uppercase), "{name}");
            assert!(code.advice().is_empty() || code.advice().ends_with('.'), "{name}");
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(serde_json::from_str::<ErrorCode>(&json).unwrap(), *code);
        }
    }

    #[test]
    fn the_texts_name_just_the_params_of_their_code() {
        for code in ErrorCode::ALL {
            let words = format!("{} {}", code.text(), code.advice());
            let named: Vec<_> = words.split('{').skip(1).filter_map(|part| part.split_once('}')).collect();
            let named: Vec<_> = named.into_iter().map(|(name, _)| name).collect();
            assert_eq!(named, code.params(), "{code}");
        }
    }
}

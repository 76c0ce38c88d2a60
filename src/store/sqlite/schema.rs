//! The tables as Diesel knows them; `diesel print-schema` writes the same.

diesel::table! {
    attachments (id) {
        id -> Text,
        user_id -> Text,
        thread_seq -> Nullable<BigInt>,
        state -> Text,
        name -> Text,
        mime_type -> Text,
        announced_size_bytes -> BigInt,
        size_bytes -> Nullable<BigInt>,
        sha256 -> Nullable<Text>,
        created_at_us -> BigInt,
    }
}

diesel::table! {
    drafts (thread_seq, position) {
        thread_seq -> BigInt,
        position -> BigInt,
        id -> Text,
        payload_json -> Text,
        payload_version -> Integer,
        payload_encoded -> Nullable<Binary>,
    }
}

diesel::table! {
    draft_pieces (thread_seq, id, number) {
        thread_seq -> BigInt,
        id -> Text,
        number -> BigInt,
        payload_json -> Text,
        payload_version -> Integer,
        payload_encoded -> Nullable<Binary>,
    }
}

diesel::table! {
    feedback (seq) {
        seq -> BigInt,
        thread_seq -> BigInt,
        item_id -> Text,
        kind -> Text,
        created_at_us -> BigInt,
    }
}

diesel::table! {
    items (thread_seq, position) {
        thread_seq -> BigInt,
        position -> BigInt,
        id -> Text,
        kind -> Text,
        hidden -> Bool,
        created_at_us -> BigInt,
        payload_json -> Text,
        payload_version -> Integer,
        payload_encoded -> Nullable<Binary>,
    }
}

diesel::table! {
    threads (seq) {
        seq -> BigInt,
        user_id -> Text,
        id -> Text,
        created_at_us -> BigInt,
        title -> Nullable<Text>,
        status_json -> Text,
        allowed_image_domains_json -> Nullable<Text>,
        metadata_json -> Text,
        turn_open -> Bool,
        turn_no -> BigInt,
        payload_version -> Integer,
        payload_encoded -> Nullable<Binary>,
    }
}

diesel::joinable!(attachments -> threads (thread_seq));
diesel::joinable!(draft_pieces -> threads (thread_seq));
diesel::joinable!(drafts -> threads (thread_seq));
diesel::joinable!(feedback -> threads (thread_seq));
diesel::joinable!(items -> threads (thread_seq));

diesel::allow_tables_to_appear_in_same_query!(attachments, draft_pieces, drafts, feedback, items, threads);

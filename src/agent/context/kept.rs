//! Keeping pictures that the assistant made, as attachments of the thread.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;

use super::AgentContext;
use crate::{
    agent::responder::ResponderError,
    protocol::{AttachmentId, Timestamp},
    store::{AttachmentError, AttachmentRecord, AttachmentStore, Change, Commit, StoredFile, UploadRules},
};

impl AgentContext {
    /// Keeps a picture under a new id, and gives its address. It is an attachment of the thread from then on, and
    /// goes with it. Where no attachments are kept, the address holds the picture itself.
    pub async fn keep_picture(
        &self,
        id: AttachmentId,
        mime_type: &str,
        data: Bytes,
    ) -> Result<String, ResponderError> {
        let Some(store) = self.files().store() else {
            return Ok(format!("data:{mime_type};base64,{}", STANDARD.encode(&data)));
        };
        let file =
            write(store, &id, mime_type, data).await.map_err(|error| ResponderError::Failed(error.into()))?;
        let ending = mime_type.rsplit('/').next().unwrap_or_default();
        let record = AttachmentRecord {
            id: id.clone(),
            user_id: self.user_id().clone(),
            thread_id: None,
            name: format!("picture.{ending}"),
            mime_type: mime_type.to_owned(),
            announced_size_bytes: file.size_bytes,
            file: None,
            created_at: Timestamp::now(),
        };
        let changes = vec![
            Change::CreateAttachment(record),
            Change::FinishUpload { attachment_id: id.clone(), file },
            Change::LinkAttachment { attachment_id: id.clone(), thread_id: self.thread_id().clone() },
        ];
        if let Err(error) = self.parts().store.submit(Commit::new(self.user_id(), changes)).await {
            // Nobody knows of these bytes.
            let _ = store.remove(&id).await;
            return Err(error.into());
        }
        Ok(self.request().links.original(&id))
    }
}

async fn write(
    store: &dyn AttachmentStore,
    id: &AttachmentId,
    mime_type: &str,
    data: Bytes,
) -> Result<StoredFile, AttachmentError> {
    let rules = UploadRules {
        attachment_id: id.clone(),
        mime_type: mime_type.to_owned(),
        max_size_bytes: data.len() as u64,
    };
    let mut upload = store.begin(rules).await?;
    upload.write(data).await?;
    upload.finish().await
}

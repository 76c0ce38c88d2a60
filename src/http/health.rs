//! Says whether the process is alive, and whether it can serve.

use actix_web::{HttpResponse, http::StatusCode, web};
use serde_json::{Value, json};

use super::HttpServices;

/// `GET /healthz`: the process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// `GET /readyz`: the database answers, and uploads can be stored if the service takes any.
pub async fn readyz(services: web::Data<HttpServices>) -> HttpResponse {
    let database = services.store.check().await.map_err(|error| error.to_string());
    let uploads = match services.attachments.as_deref() {
        Some(attachments) => attachments.check().await.map_err(|error| error.to_string()),
        None => Ok(()),
    };
    for (part, result) in [("database", &database), ("uploads", &uploads)] {
        if let Err(cause) = result {
            tracing::error!(health.part = part, cause, "not ready");
        }
    }
    let ready = database.is_ok() && uploads.is_ok();
    let word = |result: &Result<(), String>| if result.is_ok() { "ok" } else { "failed" };
    let mut report = json!({
        "status": if ready { "ready" } else { "not ready" },
        "database": word(&database),
        "uploads": word(&uploads),
    });
    if let Some(model_name) = &services.settings.model_name {
        report["model"] = Value::from(model_name.as_str());
    }
    HttpResponse::build(if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }).json(report)
}

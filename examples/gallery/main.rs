//! Shows every event, item, update and widget on request: the page on which the interface is tested.
//!
//! ```text
//! cargo run --example gallery
//! ```
//!
//! Then open <http://localhost:8001> (after `make ui`) and choose from the list, or type `help`. Nothing is
//! fetched, nothing is kept. `SERVER_PORT` sets another port, `GALLERY_PACE_MS` another pace.

mod show;

use std::{env, error::Error, time::Duration};

use actix_chatkit::{
    ChatKit, SingleUser,
    store::{DiskAttachmentSettings, DiskAttachmentStore, MemoryStore},
    web_interface,
};
use actix_web::{App, HttpResponse, HttpServer, web};

use self::show::{commands, responder::Gallery};

/// The page, among those of the web interface.
const PAGE: &str = "/gallery.html";

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = number("SERVER_PORT")?.unwrap_or(8001);
    let pace = Duration::from_millis(number("GALLERY_PACE_MS")?.unwrap_or(40).into());
    let uploads = tempfile::tempdir()?;
    let chatkit = ChatKit::builder(Gallery { pace })
        .store(MemoryStore::new())
        .attachments(DiskAttachmentStore::open(&DiskAttachmentSettings::new(uploads.path()))?)
        .identity(SingleUser::new("visitor"))
        .build()?;
    let mounted = chatkit.clone();
    let server = HttpServer::new(move || {
        App::new()
            .configure(mounted.configure())
            .route("/gallery.json", web::get().to(catalogue))
            .service(web::redirect("/", PAGE))
            .configure(web_interface("static"))
    })
    .h1_allow_half_closed(false)
    .bind(("127.0.0.1", port))?;
    for address in server.addrs() {
        eprintln!("The gallery is listening on http://{address}");
    }
    server.run().await?;
    chatkit.shut_down(Duration::from_secs(5)).await?;
    Ok(())
}

/// The entries of the list on the page.
async fn catalogue() -> HttpResponse {
    HttpResponse::Ok().json(commands::catalogue())
}

/// A number from the environment.
fn number(name: &str) -> Result<Option<u16>, Box<dyn Error>> {
    match env::var(name) {
        Ok(value) => Ok(Some(value.parse().map_err(|error| format!("{name}: {error}"))?)),
        Err(_) => Ok(None),
    }
}

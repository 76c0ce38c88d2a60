//! The command that container health checks call.

use crate::support::{Process, ProcessBuilder};

#[actix_web::test]
async fn it_ends_well_exactly_when_the_service_can_serve() {
    let service = Process::start().await;
    let check = |port: u16| {
        let check =
            ProcessBuilder::default().set("SERVER_PORT", port.to_string()).set("SERVER_HOST", "0.0.0.0");
        check.arguments(["health"]).run()
    };
    let port = service.port();
    let (exit, _) = check(port).await;
    assert!(exit.status.success(), "{}", exit.log.text());

    // Uploads cannot be stored any more: alive, but not ready.
    let uploads = service.folder.path().join("uploads");
    std::fs::remove_dir_all(&uploads).unwrap();
    std::fs::write(&uploads, "").unwrap();
    let (exit, _) = check(port).await;
    assert!(exit.log.text().contains("not ready"), "{}", exit.log.text());
    assert_eq!(exit.status.code(), Some(1));

    service.stop().await;
    let (exit, _) = check(port).await;
    assert!(exit.log.text().contains("no service"), "{}", exit.log.text());
    assert_eq!(exit.status.code(), Some(1));
}

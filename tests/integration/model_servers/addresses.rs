//! Azure's and Foundry's addresses in the forms that their portals show.

use super::{Case, case, play, wire::hi};

const DEPLOYMENT: &str = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";

fn azure(name: &'static str, endpoint: &str) -> Case {
    case(name, |_| hi())
        .set("AZURE_OPENAI_API_KEY", "a-key-of-azure")
        .set("AZURE_OPENAI_ENDPOINT", &format!("{{host}}{endpoint}"))
        .set("MODEL_API", "chat")
        .azure_only()
        .say("Hello")
        .says("Hi")
}

#[actix_web::test]
async fn every_form_of_an_azure_address_leads_to_its_deployment() {
    play([
        azure("R10 target URI", DEPLOYMENT).question(1, |asked| asked.target == DEPLOYMENT),
        azure("R10 deployment", "/openai/deployments/gpt-4o")
            .set("AZURE_OPENAI_API_VERSION", "2024-10-21")
            .question(1, |asked| asked.target == DEPLOYMENT),
        azure("R10 resource", "")
            .set("AZURE_OPENAI_API_VERSION", "2024-10-21")
            .set("AZURE_OPENAI_CHAT_DEPLOYMENT_NAME", "gpt-4o")
            .question(1, |asked| asked.target == DEPLOYMENT),
        azure("R10 openai", "/openai")
            .set("AZURE_OPENAI_API_VERSION", "2024-10-21")
            .set("AZURE_OPENAI_MODEL", "gpt-4o")
            .question(1, |asked| asked.target == DEPLOYMENT),
        azure("R10 v1", "/openai/v1/").set("AZURE_OPENAI_MODEL", "gpt-4o").question(1, |asked| {
            asked.target == "/openai/v1/chat/completions" && asked.body["model"] == "gpt-4o"
        }),
        azure("R10 no version", "")
            .set("AZURE_OPENAI_CHAT_MODEL", "gpt-4o")
            .question(1, |asked| asked.target == "/openai/v1/chat/completions"),
    ])
    .await;
}

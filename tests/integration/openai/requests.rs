//! What the model is asked, to the letter.

use serde_json::{Value, json};

use crate::support::{Client, KEY, Provider, Reply, input};

/// The tools as the model gets them, but for the prose.
fn tools() -> Value {
    let tool = |name: &str, parameters: Value| json!({"type": "function", "function": {"name": name, "parameters": parameters}});
    let optional = |name: &str| json!({name: {"type": "string"}});
    json!([
        tool(
            "get_weather",
            json!({"type": "object", "properties": {"location": {"type": "string"}}, "required": ["location"]}),
        ),
        tool("get_time", json!({"type": "object", "properties": optional("place")})),
        tool("show_city_selector", json!({"type": "object", "properties": optional("reason")})),
    ])
}

/// Takes the prose out of tools, having seen that there is some wherever a model needs it.
fn without_prose(mut tools: Value) -> Value {
    let take = |described: &mut Value| {
        let prose = described.as_object_mut().unwrap().remove("description");
        prose.is_some_and(|prose| prose.as_str().is_some_and(|prose| prose.len() > 10))
    };
    for tool in tools.as_array_mut().unwrap() {
        let function = &mut tool["function"];
        assert!(take(function), "{function}");
        take(&mut function["parameters"]);
        for property in function["parameters"]["properties"].as_object_mut().unwrap().values_mut() {
            assert!(take(property), "{property}");
        }
    }
    tools
}

/// Begins a thread, reads the turn to its end and gives the thread's id.
async fn begin(client: &Client, text: &str) -> String {
    let mut turn = client.create(text).await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    thread_id
}

#[actix_web::test]
async fn a_first_question_carries_instructions_text_tools_and_stream_flags() {
    let provider = Provider::start([Reply::text("Hello.")]).await;
    let process = provider.service().start().await;
    begin(&process.client(), "Good morning,\n\"you\"!").await;

    let [asked] = &provider.answers()[..] else { panic!("asked once") };
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/v1/chat/completions"));
    assert_eq!(asked.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(asked.header("content-type"), Some("application/json"));
    let instructions = asked.messages()[0]["content"].as_str().unwrap();
    for tool in ["get_weather", "get_time", "show_city_selector"] {
        assert!(instructions.contains(tool), "{instructions}");
    }
    let mut body = asked.body.clone();
    body["tools"] = without_prose(body["tools"].take());
    assert_eq!(
        body,
        json!({
            "model": "gpt-test",
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": "Good morning,\n\"you\"!"},
            ],
            "tools": tools(),
            "stream": true,
            "stream_options": {"include_usage": true},
        })
    );
}

#[actix_web::test]
async fn results_of_tools_go_back_under_the_ids_of_their_calls() {
    let calls = [
        ("call_w", "get_weather", json!({"location": "Oslo"})),
        ("call_t", "get_time", json!({"place": "Tokyo"})),
    ];
    let provider = Provider::start([Reply::calls(calls), Reply::text("Cold.")]).await;
    let process = provider.service().start().await;
    begin(&process.client(), "Weather in Oslo, time in Tokyo?").await;

    let [first, second] = &provider.answers()[..] else { panic!("asked twice") };
    let results: Vec<Value> = second.messages()[3..]
        .iter()
        .map(|message| serde_json::from_str(message["content"].as_str().unwrap()).unwrap())
        .collect();
    assert_eq!(
        (&results[0]["location"], &results[0]["source"]),
        (&json!("Oslo, Norway"), &json!("sample data"))
    );
    assert_eq!(results[1]["timezone"], "Asia/Tokyo");
    let call = |id: &str, name: &str, arguments: &str| json!({"id": id, "type": "function", "function": {"name": name, "arguments": arguments}});
    let mut expected = first.body.clone();
    expected["messages"].as_array_mut().unwrap().extend([
        json!({"role": "assistant", "content": "", "tool_calls": [
            call("call_w", "get_weather", r#"{"location":"Oslo"}"#),
            call("call_t", "get_time", r#"{"place":"Tokyo"}"#),
        ]}),
        json!({"role": "tool", "tool_call_id": "call_w", "name": "get_weather", "content": second.messages()[3]["content"]}),
        json!({"role": "tool", "tool_call_id": "call_t", "name": "get_time", "content": second.messages()[4]["content"]}),
    ]);
    assert_eq!(second.body, expected);
}

#[actix_web::test]
async fn text_that_comes_with_a_call_goes_back_with_it() {
    let looking = Reply::begin().say("One moment.").call(0, "call_1", "get_time", "").finish("tool_calls");
    let provider = Provider::start([looking, Reply::text("Noon.")]).await;
    let process = provider.service().start().await;
    begin(&process.client(), "What time is it?").await;
    assert_eq!(
        provider.answers()[1].messages()[2],
        json!({"role": "assistant", "content": "One moment.", "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "get_time", "arguments": "{}"}},
        ]})
    );
}

#[actix_web::test]
async fn a_follow_up_carries_the_whole_conversation() {
    let calls = Reply::calls([("call_1", "get_weather", json!({"location": "Oslo"}))]);
    let provider = Provider::start([calls, Reply::text("Mild."), Reply::text("Yes.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let thread_id = begin(&client, "Weather in Oslo?").await;
    client.say(&thread_id, "Do I need a coat?").await.rest().await;

    let asked = provider.answers().pop().unwrap();
    let [_, question, answer, follow_up] = asked.messages() else { panic!("{:?}", asked.messages()) };
    assert_eq!(*question, json!({"role": "user", "content": "Weather in Oslo?"}));
    assert_eq!(*answer, json!({"role": "assistant", "content": "Mild."}));
    // The card and the question are the user's both: templates of local models refuse two messages on end.
    assert_eq!(follow_up["role"], "user");
    let told = follow_up["content"].as_str().unwrap();
    let (card, question) = told.split_once("</Widget>\n\n").unwrap();
    assert_eq!(question, "Do I need a coat?");
    assert!(
        card.starts_with("The user was shown this widget:\n<Widget>Oslo, Norway Current conditions | ("),
        "{card}"
    );
    assert!(card.contains("km/h") && !card.contains('{') && card.len() < 600, "{card}");
}

#[actix_web::test]
async fn the_model_and_tool_the_user_chose_are_asked_for() {
    let calls = Reply::calls([("call_1", "get_time", json!({}))]);
    let provider = Provider::start([calls, Reply::text("Noon."), Reply::text("Hello.")]).await;
    let process = provider.service().set("ALLOWED_MODELS", "gpt-mini,gpt-other").start().await;
    let client = process.client();
    let mut chosen = input("Now?");
    chosen["inference_options"] = json!({"model": "gpt-other", "tool_choice": {"id": "get_time"}});
    let mut turn = client.stream("threads.create", json!({"input": chosen})).await;
    let thread_id = turn.thread_id().await;
    turn.rest().await;
    let [first, second] = &provider.answers()[..] else { panic!("asked twice") };
    assert_eq!(first.body["model"], "gpt-other");
    assert_eq!(first.body["tool_choice"], json!({"type": "function", "function": {"name": "get_time"}}));
    // A tool that must be called in every round would never let the model answer.
    assert_eq!((&second.body["model"], second.body.get("tool_choice")), (&json!("gpt-other"), None));

    let mut unknown = input("Hello?");
    unknown["inference_options"] = json!({"model": "gpt-dear", "tool_choice": {"id": "no_such_tool"}});
    let params = json!({"thread_id": thread_id, "input": unknown});
    client.stream("threads.add_user_message", params).await.rest().await;
    let third = provider.answers().pop().unwrap();
    assert_eq!((&third.body["model"], third.body.get("tool_choice")), (&json!("gpt-test"), None));
}

#[actix_web::test]
async fn a_chosen_city_is_asked_for_and_remembered() {
    let offered = Reply::calls([("call_1", "show_city_selector", json!({}))]);
    let provider = Provider::start([offered, Reply::text("Choose one.")]).await;
    let process = provider.service().start().await;
    let client = process.client();
    let thread_id = begin(&client, "Show me cities").await;
    let selector = client.items(&thread_id).await.pop().unwrap();
    assert_eq!(selector["widget"]["key"], "city_selector");

    provider.then([
        Reply::calls([("call_2", "get_weather", json!({"location": "Austin, TX"}))]),
        Reply::text("Hot."),
        Reply::text("Hotter."),
    ]);
    let payload = json!({"city_value": "austin", "city_label": "Somewhere else"});
    let params = json!({"thread_id": thread_id, "item_id": selector["id"],
        "action": {"type": "city_selected", "payload": payload}});
    let events = client.stream("threads.custom_action", params).await.rest().await;
    assert_eq!(events.last().unwrap()["item"]["widget"]["key"], "weather");
    let asked = &provider.answers()[2];
    let asked = asked.messages().last().unwrap();
    let told = asked["content"].as_str().unwrap();
    assert!(told.ends_with("</Widget>\n\nWhat is the weather in Austin, TX right now?"), "{told}");

    client.say(&thread_id, "And tomorrow?").await.rest().await;
    let asked = provider.answers().pop().unwrap();
    let texts: Vec<_> = asked.messages().iter().filter_map(|message| message["content"].as_str()).collect();
    let chosen = "<HiddenContext>The user chose Austin, TX in the city selector.</HiddenContext>";
    assert!(texts.iter().any(|text| text.contains(chosen)), "{texts:?}");
    assert!(texts.iter().any(|text| text.contains("<Widget>") && text.contains("Austin, TX")));
}

//! What the demo model always says about itself.

/// How to get a real model.
pub(super) const CONNECT: &str = "To connect a real model, set `OPENAI_API_KEY`, or `OPENAI_BASE_URL` for a compatible \
     server such as Ollama or vLLM, or `AZURE_OPENAI_ENDPOINT` with `AZURE_OPENAI_CHAT_DEPLOYMENT_NAME` for Azure OpenAI, \
     and start the server again.";

const ABILITIES: &str = "- the **weather** anywhere, in several places at once, with follow-ups: *“weather in Tokyo and \
     Paris”*, *“which one is warmer?”*, *“and tomorrow?”*\n\
     - the **time** in any place: *“what time is it in São Paulo?”*\n\
     - a **list of cities** to choose from: *“show me the available cities”*\n\
     - the **facts of an image** you attach: format, size, colours, light, sharpness, camera\n\
     - the **size and first lines of a text file** you attach";

pub(super) fn greeting(name: Option<&str>) -> String {
    let hello = name.map_or_else(|| "Hello!".to_owned(), |name| format!("Hello, {name}!"));
    format!(
        "{hello} I am the built-in demo model of this server: I work offline and know a few things well. Ask me for\n\n{ABILITIES}"
    )
}

pub(super) fn help() -> String {
    format!(
        "I am the built-in offline demo model, not a large language model. I can tell you\n\n{ABILITIES}\n\n{CONNECT}"
    )
}

pub(super) fn identity() -> String {
    format!(
        "I am the built-in offline demo model of this server: a small program that recognises a few kinds of \
         questions and calls the same tools a real model would. {CONNECT}"
    )
}

pub(super) fn unknown() -> String {
    format!(
        "That is beyond me: I am the built-in offline demo model, not a large language model. What I can tell you:\n\n\
         {ABILITIES}\n\n{CONNECT}"
    )
}

/// Follows the description of pictures.
pub(super) fn blindness() -> String {
    format!(
        "These are measurements. As the built-in demo model I cannot recognise objects, people or text; a model with \
         vision can. {CONNECT}"
    )
}

/// Follows the description of files.
pub(super) fn illiteracy() -> String {
    format!(
        "That is all I can tell: as the built-in demo model I count and quote, and do not understand what is written; \
         a real model does. {CONNECT}"
    )
}

pub(super) const NO_PICTURE: &str = "There is no image in this conversation yet. Attach a PNG, JPEG, GIF or WebP file to \
     your message, and I will tell its measurable facts: format, size, colours, light, sharpness, and what the camera \
     wrote into it. As the built-in demo model I cannot recognise what it shows.";

pub(super) const WHICH_CITY: &str =
    "For which city? Pick one from the list, or just name any place in the world.";
pub(super) const PICK_A_CITY: &str =
    "Here are some cities: pick one to see its weather, or just name any place in the world.";
pub(super) const NAME_A_CITY: &str =
    "For which place? Name any city in the world, for example “weather in Tokyo”.";
pub(super) const NO_WEATHER_TOOL: &str =
    "I would need a weather tool for that, and this assistant has given me none.";
pub(super) const NO_TIME_TOOL: &str =
    "I would need a clock tool for that, and this assistant has given me none.";
pub(super) const THANKS: &str =
    "You are welcome! Is there another place whose weather or time you would like to know?";
pub(super) const FAREWELL: &str = "Goodbye, and fair weather!";
pub(super) const ACKNOWLEDGEMENT: &str =
    "Good. Name a place for its weather or time, or ask for the list of cities.";
pub(super) const WELL_BEING: &str = "All systems are running, thank you. I am only the built-in demo model, but I can tell you the weather: where?";

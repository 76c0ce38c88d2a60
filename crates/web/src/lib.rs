//! The open ChatKit web component and its demo page, built, as bytes.
//!
//! For servers that want neither a folder of files beside them nor Node to build it. With actix-chatkit:
//!
//! ```ignore
//! App::new().configure(web_component(chatkit_web::FILES))
//! ```
//!
//! A published package carries the files. In a checkout of the repository, `make ui` builds them. Until then,
//! or if `CHATKIT_WEB_DIRECTORY` names a folder without them, [`FILES`] is empty, and a warning at compile
//! time says so.

/// The built files by name, such as `chatkit.js` or `chatkit/app-1a2B3c4D.js`, each with its content.
///
/// Sorted by name. The component is `chatkit.js` with its parts in `chatkit/`; the demo page is `index.html`
/// with its parts in `assets/`.
pub static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The content of the file of this name.
pub fn file(name: &str) -> Option<&'static [u8]> {
    FILES.binary_search_by_key(&name, |(known, _)| known).ok().map(|place| FILES[place].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_found_by_its_name_and_no_other_is() {
        for (name, content) in FILES {
            assert_eq!(file(name), Some(*content), "{name}");
            assert!(!name.starts_with('.') && !name.contains("/."), "{name} is hidden");
        }
        for name in ["", "chatkit", "/chatkit.js", "chatkit.js/", "../Cargo.toml"] {
            assert_eq!(file(name), None, "{name}");
        }
    }

    #[test]
    fn what_is_embedded_is_the_whole_build() {
        let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../../static");
        let is_overridden = option_env!("CHATKIT_WEB_DIRECTORY").is_some_and(|folder| !folder.is_empty());
        let Ok(script) = std::fs::read(format!("{built}/chatkit.js")) else {
            assert!(FILES.is_empty() || is_overridden || file("chatkit.js").is_some());
            return;
        };
        if !is_overridden {
            assert_eq!(file("chatkit.js"), Some(script.as_slice()));
            assert!(
                FILES.iter().any(|(name, _)| name.starts_with("chatkit/")),
                "the script's parts are missing"
            );
        }
    }
}

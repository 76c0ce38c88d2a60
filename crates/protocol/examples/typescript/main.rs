//! Writes the TypeScript of the web component's vocabulary: types of the wire, readers of them, and what widgets'
//! components take.
//!
//! ```sh
//! cargo run -p chatkit-protocol --features schema --example typescript -- FOLDER          # writes
//! cargo run -p chatkit-protocol --features schema --example typescript -- FOLDER --check  # compares
//! ```

mod emit;
mod errors;
mod requests;
mod shape;
mod widgets;

use std::{env, fs, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let Some(folder) = arguments.iter().find(|argument| !argument.starts_with("--")) else {
        eprintln!("which folder is the TypeScript for?");
        return ExitCode::FAILURE;
    };
    let [items, events] = emit::wire();
    let files = [
        items,
        events,
        ("requests.ts", requests::requests()),
        ("errors.ts", errors::errors()),
        ("actions.ts", widgets::actions()),
        ("widgets.ts", widgets::widgets()),
    ];
    let check = arguments.iter().any(|argument| argument == "--check");
    let mut in_order = true;
    for (name, text) in files {
        let path = Path::new(folder).join(name);
        if !check {
            fs::write(&path, text).expect("the folder can be written to");
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            eprintln!("{} is not what the protocol's types say: run `make generate`", path.display());
            in_order = false;
        }
    }
    if in_order { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

//! Prints a widget for each component, with every prop that it has, one `{"component", "widget"}` per line.
//!
//! ```text
//! cargo run --example widgets
//! ```

mod specimens;

use std::io::{self, Write};

use serde_json::json;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for specimen in specimens::all() {
        serde_json::to_writer(
            &mut out,
            &json!({"component": specimen.component, "widget": specimen.widget}),
        )?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

//! The `actix-chatkit` command.
fn main() {}

//! Lists the built files of the web interface, so that `src/lib.rs` can embed them.
//!
//! They come from the first of these folders that holds `chatkit.js`:
//!
//! 1. `CHATKIT_WEB_DIRECTORY`, if it is set;
//! 2. `static/` of the repository, which `make ui` fills;
//! 3. `dist/` of this crate, which a published package carries, so that its users need no Node.
//!
//! If none does, the crate embeds nothing and says so in a warning. It still compiles, because a fresh clone
//! must build without Node.

use std::{
    env,
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-env-changed=CHATKIT_WEB_DIRECTORY");
    let crate_folder =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the crate's folder"));
    let chosen = env::var_os("CHATKIT_WEB_DIRECTORY").filter(|chosen| !chosen.is_empty());
    let mut files = Vec::new();
    match chosen.map_or_else(|| default_folder(&crate_folder), |chosen| Some(PathBuf::from(chosen))) {
        Some(folder) if folder.join("chatkit.js").is_file() => {
            println!("cargo::rerun-if-changed={}", folder.display());
            collect(&folder.canonicalize()?, "", &mut files)?;
        }
        _ => println!(
            "cargo::warning=the web component is not built, so chatkit-web embeds nothing: run `make ui` first, \
             or set CHATKIT_WEB_DIRECTORY to a folder with the built files"
        ),
    }
    // A file system lists a folder in any order, but lookups need the names sorted.
    files.sort();
    let mut list = String::from("&[\n");
    for (name, path) in &files {
        let _ = writeln!(list, "    ({name:?}, include_bytes!({path:?}).as_slice()),");
    }
    list.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the output folder"));
    fs::write(out.join("files.rs"), list)
}

fn default_folder(crate_folder: &Path) -> Option<PathBuf> {
    let repository = crate_folder.ancestors().nth(2)?;
    let built_here = repository.join("static");
    if repository.join("frontend").is_dir() {
        // Watch the folder even when nothing is built yet, so that the first build is noticed.
        println!("cargo::rerun-if-changed={}", built_here.display());
        if built_here.join("chatkit.js").is_file() {
            return Some(built_here);
        }
    }
    Some(crate_folder.join("dist"))
}

/// Adds the files of a folder and of its subfolders, named relative to the first folder.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let not_text = || io::Error::other(format!("{} is not a UTF-8 path", entry.path().display()));
        let name = entry.file_name().into_string().map_err(|_| not_text())?;
        if name.starts_with('.') {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files)?;
        } else {
            let path = path.to_str().ok_or_else(not_text)?.to_owned();
            files.push((format!("{prefix}{name}"), path));
        }
    }
    Ok(())
}

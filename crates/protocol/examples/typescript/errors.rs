//! The codes of errors.

use std::fmt::Write as _;

use chatkit_protocol::error::ErrorCode;

use super::emit::HEAD;

/// The file `errors.ts`.
pub fn errors() -> String {
    let mut out = format!("// The codes of errors. {HEAD}\n\nexport type ErrorCode =\n");
    for code in ErrorCode::ALL {
        let _ = writeln!(out, "  | '{code}'");
    }
    out.insert(out.len() - 1, ';');
    out.push_str("\n/** Whether the same request may succeed when it is sent again. */\nexport const RETRY_HELPS: Readonly<Record<ErrorCode, boolean>> = {\n");
    for code in ErrorCode::ALL {
        let _ = writeln!(out, "  {code}: {},", code.retry_helps());
    }
    out.push_str("};\n");
    out
}

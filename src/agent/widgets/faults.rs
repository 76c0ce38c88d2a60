//! Tells developers of faulty widgets.

use crate::protocol::{ItemKind, ThreadStreamEvent, item::WidgetItem};

/// How many faults of a widget are named.
const NAMED: usize = 5;

/// Logs which props of a widget are wrong when it is complete.
///
/// The widget is sent all the same: clients draw what they can. Only places are logged, no values,
/// which may be the user's; [`WidgetRoot::check`](crate::protocol::widget::WidgetRoot::check) tells
/// the whole story. Steps on the way are not looked at, as each may redraw a widget as a whole.
pub(in crate::agent) fn warn_of_faults(event: &ThreadStreamEvent) {
    let (ThreadStreamEvent::ItemDone { item } | ThreadStreamEvent::ItemReplaced { item }) = event else {
        return;
    };
    let ItemKind::Widget(WidgetItem { widget, .. }) = &item.kind else { return };
    let mut faults = widget.check();
    faults.retain(crate::protocol::widget::Problem::is_error);
    if faults.is_empty() {
        return;
    }
    let places: Vec<_> = faults.iter().take(NAMED).map(|fault| fault.path.as_str()).collect();
    tracing::warn!(
        thread.id = %item.thread_id,
        item.id = %item.id,
        faults = faults.len(),
        places = places.join(", "),
        "a widget is faulty: WidgetRoot::check says how",
    );
}

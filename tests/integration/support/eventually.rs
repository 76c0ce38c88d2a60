//! Waiting by what is waited for: no wait without an end, and none that depends on how fast the machine is.

use std::time::Duration;

use tokio::time::{sleep, timeout};

/// Far more than anything takes, also on a machine that is busy with something else.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until the answer is there, and gives it. Panics with the name of what was waited for when it does not
/// come within [`PATIENCE`].
pub async fn eventually<T>(name: &str, probe: impl AsyncFnMut() -> Option<T>) -> T {
    eventually_every(Duration::from_millis(2), name, probe).await
}

/// The same with a pause of its own between two questions, for what is put off by being asked.
pub async fn eventually_every<T>(
    pause: Duration,
    name: &str,
    mut probe: impl AsyncFnMut() -> Option<T>,
) -> T {
    let asking = async {
        loop {
            if let Some(answer) = probe().await {
                return answer;
            }
            sleep(pause).await;
        }
    };
    let Ok(answer) = timeout(PATIENCE, asking).await else {
        panic!("waited {PATIENCE:?} for {name}, in vain")
    };
    answer
}

// Waits for named conditions. Every wait ends, and none depends on the speed of the machine.

/** Far longer than anything takes, even on a busy machine. */
export const PATIENCE_MS = 60_000;
const PAUSE_MS = 25;

/**
 * Calls `probe` until it returns something truthy, and returns that. On failure the error names the condition and
 * shows the last result.
 */
export async function eventually(name, probe, { timeout = PATIENCE_MS } = {}) {
  const deadline = performance.now() + timeout;
  for (;;) {
    let last;
    try {
      last = await probe();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= deadline) throw new Error(`waited ${timeout / 1000} s for ${name}, in vain; the last answer: ${last}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Waits until the chat is at rest: for several frames nothing has changed, moved or been animated. */
export async function drawn(page, frames = 5) {
  await eventually('the chat to stand still', () =>
    page.evaluate(async (count) => {
      const root = document.querySelector('openai-chatkit').shadowRoot;
      const place = () => {
        const { scrollTop, scrollHeight, clientHeight } = root.querySelector('[role=log]') ?? root.host;
        return `${scrollTop} ${scrollHeight} ${clientHeight} ${document.scrollingElement.scrollTop}`;
      };
      let changes = 0;
      const observer = new MutationObserver((records) => (changes += records.length));
      observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true });
      const before = place();
      for (let frame = 0; frame < count; frame += 1) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      changes += observer.takeRecords().length;
      observer.disconnect();
      const moves = root.getAnimations().some(({ playState, effect }) => playState === 'running' && effect.getComputedTiming().endTime !== Infinity);
      return changes === 0 && !moves && place() === before;
    }, frames),
  );
}

/**
 * Lets the page's own timers of up to `ms` run, to show that they change nothing. This works on slow machines too,
 * because timers run in the order in which they are due.
 */
export function timersRun(page, ms) {
  return page.evaluate((given) => new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => setTimeout(resolve)), given)), ms);
}

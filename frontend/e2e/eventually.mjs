// Waiting by what is waited for: no wait without an end, and none that depends on how fast the machine is.

/** Far more than anything takes, also on a machine that is busy with something else. */
export const PATIENCE_MS = 60_000;
const PAUSE_MS = 25;

/**
 * Asks `probe` until it gives something truthy, and gives that back. Fails with the name of what was waited for,
 * and with what the probe gave last.
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

/** Waits until the chat stands still: for some frames nothing in it was changed, moved or animated. */
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
 * Lets the page's own timers of up to `ms` run, to see that they bring about nothing: those that are due earlier run
 * earlier, however slow the machine is.
 */
export function timersRun(page, ms) {
  return page.evaluate((given) => new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => setTimeout(resolve)), given)), ms);
}

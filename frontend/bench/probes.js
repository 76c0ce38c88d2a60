// Runs in the measured page before anything else: frames, key presses, time to paint.
'use strict';
{
  const seen = { keys: [], handled: [], frames: [], lags: [] };
  let watching = false;
  const observe = (type, options, use) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return;
    new PerformanceObserver((list) => {
      if (watching) list.getEntries().forEach(use);
    }).observe({ type, ...options });
  };
  observe('event', { durationThreshold: 16 }, ({ name, duration, startTime, processingEnd }) => {
    if (name !== 'keydown' && name !== 'keypress') return;
    seen.keys.push(duration);
    seen.handled.push(processingEnd - startTime);
  });

  /** The text of an element, through its open shadow roots. */
  const textOf = (node) => {
    if (node.nodeType === 3) return node.data;
    if (node.nodeName === 'STYLE' || node.nodeName === 'SCRIPT') return '';
    let text = '';
    for (const child of (node.shadowRoot ?? node).childNodes) text += textOf(child);
    return text;
  };
  const countOf = (node) => {
    let count = 1;
    if (node.shadowRoot) count += countOf(node.shadowRoot);
    for (const child of node.childNodes) count += countOf(child);
    return count;
  };
  /** The highest mark at the end of what is painted, read where a stream of prose ends. */
  const lastMark = (node) => {
    const found = textOf(node).slice(-600).match(/k\d{4}/g);
    return found ? Number(found.at(-1).slice(1)) : -1;
  };

  const channel = new MessageChannel();
  const received = [];
  let painted = -1;
  let answer = null;
  // A message posted in a frame is handled after the frame has been painted.
  channel.port1.onmessage = () => {
    const node = answer?.();
    if (!node) return;
    const last = lastMark(node);
    const now = performance.now();
    for (; painted < last; painted++) {
      const at = received[painted + 1];
      if (at !== undefined) seen.lags.push(now - at);
    }
  };
  let before = 0;
  const onFrame = (now) => {
    if (!watching) return;
    if (before > 0) seen.frames.push(now - before);
    before = now;
    if (answer) channel.port2.postMessage(0);
    requestAnimationFrame(onFrame);
  };

  window.probe = {
    textOf,
    countOf,
    start() {
      for (const list of Object.values(seen)) list.length = 0;
      watching = true;
      before = 0;
      requestAnimationFrame(onFrame);
    },
    stop() {
      watching = false;
      return structuredClone(seen);
    },
    /** Notes when the bytes of each mark arrive in the page, and when `find()` shows it. */
    watchMarks(find) {
      answer = find;
      const read = ReadableStreamDefaultReader.prototype.read;
      const decoder = new TextDecoder();
      let tail = '';
      ReadableStreamDefaultReader.prototype.read = async function (...parts) {
        const result = await read.apply(this, parts);
        if (result.value instanceof Uint8Array) {
          const now = performance.now();
          for (const [, delta] of decoder.decode(result.value, { stream: true }).matchAll(/"delta":"((?:[^"\\]|\\.)*)"/g)) {
            tail = (tail + delta).slice(-16);
            const found = /k(\d{4})(?!.*k\d{4})/.exec(tail);
            if (found) received[Number(found[1])] ??= now;
          }
        }
        return result;
      };
    },
  };
}

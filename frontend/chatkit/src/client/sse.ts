// Reads server-sent events from bytes that may be cut anywhere.

export interface SseFrame {
  /** The number of the event in its turn, when the server counts them. */
  id: number | null;
  data: string;
}

/**
 * A push parser for `text/event-stream`. Lines end at `\n` only (a `\r` before it is dropped): payloads hold
 * raw U+2028 and U+0085. Comments and unknown fields are skipped.
 */
export class SseParser {
  #decoder = new TextDecoder();
  #rest = '';
  #data: string[] = [];
  #id: number | null = null;

  push(bytes: Uint8Array): SseFrame[] {
    return this.#consume(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Also returns a last event without its closing blank line, because some servers omit it at the end of the body. */
  end(): SseFrame[] {
    const frames = this.#consume(`${this.#decoder.decode()}\n`);
    const last = this.#dispatch();
    return last ? [...frames, last] : frames;
  }

  #consume(text: string): SseFrame[] {
    const frames: SseFrame[] = [];
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const frame = this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (frame) frames.push(frame);
    }
    return frames;
  }

  #line(line: string): SseFrame | null {
    if (line === '') return this.#dispatch();
    if (line.startsWith(':')) return null;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'data') this.#data.push(value);
    else if (field === 'id' && /^\d{1,16}$/.test(value)) this.#id = Number(value);
    return null;
  }

  #dispatch(): SseFrame | null {
    const id = this.#id;
    this.#id = null;
    if (this.#data.length === 0) return null;
    const data = this.#data.join('\n');
    this.#data = [];
    return { id, data };
  }
}

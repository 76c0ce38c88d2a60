// Records from the microphone, in a format that `input.transcribe` takes.

/** In the order of preference: small, and known to every transcription service. */
const FORMATS: readonly { recorder: string; sent: string }[] = [
  { recorder: 'audio/webm;codecs=opus', sent: 'audio/webm;codecs=opus' },
  { recorder: 'audio/ogg;codecs=opus', sent: 'audio/ogg;codecs=opus' },
  { recorder: 'audio/mp4', sent: 'audio/mp4' },
];
/** Plenty for a voice; five minutes are 1.2 MB. */
const BITS_PER_SECOND = 32_000;

export type MicrophoneProblem = 'unsupported' | 'denied' | 'missing' | 'failed';

export class MicrophoneError extends Error {
  override readonly name = 'MicrophoneError';

  constructor(
    readonly problem: MicrophoneProblem,
    options?: ErrorOptions,
  ) {
    super(`microphone: ${problem}`, options);
  }
}

export interface Recording {
  audio: Blob;
  /** As the protocol names the format. */
  mimeType: string;
}

export class Recorder {
  readonly #stream: MediaStream;
  readonly #recorder: MediaRecorder;
  readonly #mimeType: string;
  readonly #parts: Blob[] = [];
  readonly #meter: Meter;

  /** Asks for the microphone and begins. Rejects with `MicrophoneError`. */
  static async start(): Promise<Recorder> {
    // Absent on pages that are not secure.
    if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === 'undefined') throw new MicrophoneError('unsupported');
    const format = FORMATS.find(({ recorder }) => MediaRecorder.isTypeSupported(recorder));
    if (!format) throw new MicrophoneError('unsupported');
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
    } catch (cause) {
      throw new MicrophoneError(problemOf(cause), { cause });
    }
    try {
      return new Recorder(stream, format);
    } catch (cause) {
      release(stream);
      throw new MicrophoneError('failed', { cause });
    }
  }

  private constructor(stream: MediaStream, { recorder, sent }: (typeof FORMATS)[number]) {
    this.#stream = stream;
    this.#mimeType = sent;
    this.#recorder = new MediaRecorder(stream, { mimeType: recorder, audioBitsPerSecond: BITS_PER_SECOND });
    this.#recorder.ondataavailable = ({ data }) => {
      if (data.size > 0) this.#parts.push(data);
    };
    this.#meter = new Meter(stream);
    this.#recorder.start(1000);
  }

  /** How loud it is now, from 0 to 1. */
  level(): number {
    return this.#meter.level();
  }

  /** Calls back when the microphone goes away by itself: unplugged, or its permission withdrawn. */
  onLost(callback: () => void): void {
    for (const track of this.#stream.getTracks()) track.addEventListener('ended', callback, { once: true });
  }

  stop(): Promise<Recording> {
    return new Promise((resolve) => {
      const finish = () => {
        this.#release();
        resolve({ audio: new Blob(this.#parts, { type: this.#mimeType }), mimeType: this.#mimeType });
      };
      if (this.#recorder.state === 'inactive') return finish();
      this.#recorder.onstop = finish;
      this.#recorder.stop();
    });
  }

  /** Throws away what was recorded. */
  cancel(): void {
    this.#recorder.ondataavailable = null;
    if (this.#recorder.state !== 'inactive') this.#recorder.stop();
    this.#release();
  }

  #release(): void {
    release(this.#stream);
    this.#meter.close();
  }
}

/** The loudness of a stream, for the eye only. */
class Meter {
  readonly #context = new AudioContext();
  readonly #analyser = this.#context.createAnalyser();
  readonly #samples: Float32Array<ArrayBuffer>;

  constructor(stream: MediaStream) {
    this.#analyser.fftSize = 512;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
  }

  level(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const mean = this.#samples.reduce((sum, sample) => sum + sample * sample, 0) / this.#samples.length;
    // The root of the root: quiet speech is to be seen as well.
    return Math.min(1, Math.sqrt(Math.sqrt(mean)) * 1.3);
  }

  close(): void {
    void this.#context.close().catch(() => undefined);
  }
}

export async function base64Of(audio: Blob): Promise<string> {
  const bytes = new Uint8Array(await audio.arrayBuffer());
  let binary = '';
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}

function problemOf(cause: unknown): MicrophoneProblem {
  const name = cause instanceof DOMException ? cause.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'failed';
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

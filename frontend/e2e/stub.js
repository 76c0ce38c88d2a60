// Runs in the page before anything else: a ChatKit server behind `api.fetch`, and a record of what the element tells.

window.stub = {
  /** By type of request: a list of events to stream, `'hold'` for a stream kept open, JSON, a status, or a function giving one of these. */
  answers: {},
  requests: [],
  headers: [],
  events: [],
  calls: [],
  streams: [],
  counted: 0,
  options: null,

  fetch: async (url, init) => {
    if (init.body instanceof FormData) return stub.upload(url, init);
    init.signal?.throwIfAborted();
    const request = JSON.parse(init.body);
    stub.requests.push(request);
    stub.headers.push(init.headers);
    let answer = stub.answers[request.type];
    if (typeof answer === 'function') answer = await answer(request.params, init);
    if (answer === undefined) answer = request.type === 'ext.threads.resume' ? 400 : {};
    if (typeof answer === 'number') {
      return new Response(JSON.stringify({ error: { code: `code_${answer}`, message: `Answer ${answer}` } }), { status: answer });
    }
    if (!Array.isArray(answer) && answer !== 'hold') return Response.json(answer);
    return new Response(stub.stream(answer, init.signal), { headers: { 'content-type': 'text/event-stream' } });
  },

  upload: async (url, init) => {
    const file = init.body.get('file');
    stub.requests.push({ type: 'upload', url: String(url), method: init.method, name: file.name, size: file.size });
    return Response.json({ id: `atc_${file.name}`, type: 'file', name: file.name, mime_type: file.type });
  },

  stream: (events, signal) =>
    new ReadableStream({
      start(controller) {
        const encoder = new TextEncoder();
        const stream = {
          aborted: false,
          push: (...more) => more.forEach((event) => controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`))),
          /** As our server counts them, so that the turn can be resumed and stopped. */
          pushCounted: (...more) =>
            more.forEach((event) => controller.enqueue(encoder.encode(`id: ${++stub.counted}\ndata: ${JSON.stringify(event)}\n\n`))),
          close: () => controller.close(),
        };
        signal?.addEventListener('abort', () => {
          stream.aborted = true;
          controller.error(new DOMException('aborted', 'AbortError'));
        });
        stub.streams.push(stream);
        if (events === 'hold') return;
        stream.push(...events);
        stream.close();
      },
    }),

  thread: (more) => ({ id: 'thr', created_at: '2026-01-01T00:00:00Z', status: { type: 'active' }, metadata: {}, items: { data: [], has_more: false }, ...more }),
  created: (more) => ({ type: 'thread.created', thread: stub.thread(more) }),
  done: (item) => ({ type: 'thread.item.done', item: { thread_id: 'thr', created_at: '2026-01-01T00:00:00Z', ...item } }),
  said: (id, text, annotations = []) => stub.done({ id, type: 'assistant_message', content: [{ type: 'output_text', text, annotations }] }),
  asked: (text, more) =>
    stub.done({ id: 'q', type: 'user_message', content: [{ type: 'input_text', text }], attachments: [], inference_options: {}, ...more }),
  /** The beginning of every new thread: the server says back what was sent. */
  echo: ({ input }, ...rest) => [
    stub.created(),
    stub.asked('', { id: `q${stub.requests.length}`, content: input.content, quoted_text: input.quoted_text }),
    ...rest,
  ],
  call: (name, result) => (...args) => {
    stub.calls.push([name, ...JSON.parse(JSON.stringify(args))]);
    return typeof result === 'function' ? result(...args) : result;
  },
};

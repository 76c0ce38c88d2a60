/**
 * The Node peer of the benchmark: a weather assistant on chatkit-node-backend-sdk and @openai/agents.
 *
 * It does what the service's own assistant does in the scenarios that are compared, in the way the
 * packages' documentation leads to. Threads and items are kept in memory only, which flatters it: the SDK
 * brings no store, and Node 20 no database.
 *
 *     PEER_PORT=9202 OPENAI_BASE_URL=http://127.0.0.1:9100/v1 node server.js
 */

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from '@openai/agents';
import { ChatKitServer, Store, agents } from 'chatkit-node-backend-sdk';
import { z } from 'zod';

setTracingDisabled(true);
// The SDK narrates every step on standard output, which is not what is measured here.
console.log = () => {};

const INSTRUCTIONS =
  'You are a friendly assistant for the weather. Call get_weather for every place the user asks about. ' +
  'The user sees a card with all figures behind your text, so write one or two sentences.';
const TITLE_INSTRUCTIONS = 'Write a title for a conversation that begins with this message: at most 40 characters.';

class MemoryStore extends Store {
  /** Each thread with its items, in order. */
  threads = new Map();

  generateThreadId() {
    return `thr_${randomUUID()}`;
  }

  generateItemId(kind) {
    return `${kind.slice(0, 3)}_${randomUUID()}`;
  }

  #entry(threadId) {
    const entry = this.threads.get(threadId);
    if (!entry) throw new Error(`thread ${threadId} not found`);
    return entry;
  }

  async loadThread(threadId) {
    return this.#entry(threadId).thread;
  }

  async saveThread(thread) {
    const entry = this.threads.get(thread.id);
    if (entry) entry.thread = { ...thread };
    else this.threads.set(thread.id, { thread: { ...thread }, items: new Map() });
  }

  async deleteThread(threadId) {
    this.threads.delete(threadId);
  }

  async loadThreads(limit, after, order) {
    const all = [...this.threads.values()].map((entry) => entry.thread);
    return page(order === 'desc' ? all.reverse() : all, limit, after);
  }

  async loadThreadItems(threadId, after, limit, order) {
    const all = [...this.#entry(threadId).items.values()];
    return page(order === 'desc' ? all.reverse() : all, limit, after);
  }

  async addThreadItem(threadId, item) {
    this.#entry(threadId).items.set(item.id, item);
  }

  async saveItem(threadId, item) {
    this.#entry(threadId).items.set(item.id, item);
  }

  async loadItem(threadId, itemId) {
    const item = this.#entry(threadId).items.get(itemId);
    if (!item) throw new Error(`item ${itemId} not found`);
    return item;
  }

  async deleteThreadItem(threadId, itemId) {
    this.#entry(threadId).items.delete(itemId);
  }

  async saveAttachment() {
    throw new Error('no attachments here');
  }

  async loadAttachment(id) {
    throw new Error(`attachment ${id} not found`);
  }

  async deleteAttachment() {}
}

function page(rows, limit, after) {
  const start = after ? rows.findIndex((row) => row.id === after) + 1 : 0;
  const data = rows.slice(start, start + limit);
  const more = start + limit < rows.length;
  return { data, has_more: more, after: more ? data.at(-1).id : null };
}

function weatherCard(weather) {
  const chip = (label, value) => ({
    type: 'Box',
    padding: 3,
    radius: 'xl',
    children: [
      { type: 'Text', value: label },
      { type: 'Text', value },
    ],
  });
  return {
    type: 'Card',
    key: 'weather',
    padding: 0,
    children: [
      {
        type: 'Box',
        padding: 5,
        children: [
          { type: 'Row', justify: 'between', children: [{ type: 'Text', value: weather.location, size: 'lg' }] },
          { type: 'Title', value: `${weather.temperature_c} °C`, size: 'lg' },
          { type: 'Text', value: weather.condition, color: 'secondary', size: 'sm' },
        ],
      },
      {
        type: 'Col',
        gap: 3,
        children: [
          chip('Humidity', `${weather.humidity_percent} %`),
          chip('Wind', `${weather.wind_kmh} km/h`),
        ],
      },
    ],
  };
}

const getWeather = tool({
  name: 'get_weather',
  description: 'Tells the current weather of one place.',
  parameters: z.object({ location: z.string() }),
  execute: async ({ location }, runContext) => {
    const weather = { location, condition: 'sunny', temperature_c: 21, humidity_percent: 55, wind_kmh: 12 };
    await runContext.context.streamWidget(weatherCard(weather));
    return JSON.stringify(weather);
  },
});

/** What the model is given of a thread: its words, oldest first. */
function toInput(items) {
  return items
    .filter((item) => item.type === 'user_message' || item.type === 'assistant_message')
    .map((item) => {
      const text = item.content.map((part) => part.text ?? '').join('');
      return item.type === 'user_message'
        ? { role: 'user', content: text }
        : { role: 'assistant', status: 'completed', content: [{ type: 'output_text', text }] };
    });
}

/**
 * The SDK knows the events of OpenAI's Responses; through chat completions the agent gives only the pieces of
 * text. This adds the events that open and close a message around them.
 */
async function* withMessageEvents(result) {
  const raw = (event) => ({ type: 'raw_model_stream_event', data: { type: 'model', event } });
  let message = null;
  let text = '';
  for await (const event of result) {
    if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta') {
      if (!message) {
        message = { type: 'message', role: 'assistant', id: `msg_${randomUUID()}` };
        yield raw({ type: 'response.output_item.added', item: message });
      }
      text += event.data.delta;
    }
    yield event;
  }
  if (message) {
    const item = { ...message, content: [{ type: 'output_text', text, annotations: [] }] };
    yield raw({ type: 'response.output_item.done', item });
  }
}

class WeatherServer extends ChatKitServer {
  #agent = new Agent({ name: 'weather', model: 'mock', instructions: INSTRUCTIONS, tools: [getWeather] });
  #titles = new Agent({ name: 'titles', model: 'mock', instructions: TITLE_INSTRUCTIONS });
  #runner = new Runner({ modelProvider: new OpenAIProvider({ useResponses: false, apiKey: 'none' }) });

  async *respond(thread, message, context) {
    if (!message) return;
    const agentContext = agents.createAgentContext(thread, this.store, context);
    const { data } = await this.store.loadThreadItems(thread.id, null, 1_000, 'asc', context);
    const result = await this.#runner.run(this.#agent, toInput(data), { stream: true, context: agentContext });
    yield* agents.streamAgentResponse(agentContext, withMessageEvents(result));
    if (!thread.title) {
      const text = message.content.map((part) => part.text ?? '').join(' ');
      const title = await this.#runner.run(this.#titles, text);
      thread.title = String(title.finalOutput ?? text).slice(0, 50);
    }
  }
}

const server = new WeatherServer(new MemoryStore());

createServer(async (request, response) => {
  if (request.url !== '/chatkit') {
    response.writeHead(request.url === '/readyz' ? 200 : 404).end('{}');
    return;
  }
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  try {
    const result = await server.process(Buffer.concat(pieces).toString(), {});
    if (result.isStreaming) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      for await (const chunk of result) response.write(chunk);
      response.end();
    } else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(result.toJSON()));
    }
  } catch (error) {
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}).listen(Number(process.env.PEER_PORT ?? 9202), '127.0.0.1');

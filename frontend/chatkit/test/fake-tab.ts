// A conversation as one tab of a browser has it, and the locks that all its tabs share.

import type { TestContext } from 'node:test';
import { NetworkError } from '../src/client/errors.ts';
import { Conversation } from '../src/state/conversation.ts';
import type { ConversationHost } from '../src/state/conversation-host.ts';
import { ToolLease, type Locks } from '../src/state/tool-lease.ts';
import type { FakeServer } from './fake-server.ts';

type Tool = ReturnType<ConversationHost['clientTool']>;

/** Locks as the browser keeps them for all tabs of a site. */
export function sharedLocks(): Locks {
  const queues = new Map<string, (() => void)[]>();
  const request = (name: string, options: LockOptions, hold: (lock: Lock | null) => unknown) => {
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    if (options.ifAvailable && queue.length > 0) return Promise.resolve(hold(null));
    return new Promise((resolve, reject) => {
      const run = async () => {
        resolve(await hold({ name, mode: 'exclusive' }));
        queue.shift();
        queue[0]?.();
      };
      const leave = () => {
        if (queue[0] === run) return;
        queue.splice(queue.indexOf(run), 1);
        reject(new DOMException('aborted', 'AbortError'));
      };
      options.signal?.addEventListener('abort', leave);
      if (queue.push(run) === 1) void run();
    });
  };
  return { request } as unknown as Locks;
}

/** A tab of its own. Tabs of one browser share the locks. */
export function tab(t: TestContext, server: FakeServer, { tool = null, locks }: { tool?: Tool; locks?: Locks } = {}) {
  const events: string[] = [];
  const host: ConversationHost = {
    emit: (name) => void events.push(name.replace('chatkit.', '')),
    report: () => void events.push('error'),
    threadSeen: () => undefined,
    turnRuns: () => void events.push('turn'),
    clientTool: () => tool,
    explain: (error) => ({ code: error instanceof NetworkError ? 'network' : 'other', message: String(error), allowRetry: true }),
    prepared: () => Promise.resolve(),
  };
  const conversation = new Conversation(server, host, new ToolLease(locks));
  t.after(() => conversation.dispose());
  const say = (text: string) => {
    const sent = conversation.send({ content: [{ type: 'input_text', text }], attachments: [], inference_options: {} }, { attachments: [] });
    sent.catch(() => undefined);
    return sent;
  };
  const told = () => events.filter((name) => /^(?:response|error)/.test(name));
  return { conversation, events, told, say, ids: () => conversation.thread.value.entries.map(({ item }) => item.id) };
}

// Everything the reference server was recorded to send can be drawn, under the strictest policy.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { log, openChat } from './browser.mjs';
import { drawn } from './eventually.mjs';
import { browser, server } from './running.mjs';

const recordings = JSON.parse(await readFile(new URL('../chatkit/test/fixtures/streams.json', import.meta.url), 'utf8'));

test('every recording is drawn without an error', async () => {
  const { page, allow, check } = await openChat(browser, server.url);
  // Recorded pictures lie on hosts that this policy, rightly, does not let through.
  allow(/violates the following Content Security Policy directive: "img-src/);
  allow(/request to https?:\/\/[\w.]*example/);
  let recording = recordings[0];
  await page.route('**/chatkit', async (route) => {
    const { type } = route.request().postDataJSON();
    if (!/create|add_|action|retry/.test(type)) return route.fulfill({ status: 400, json: {} });
    const body = recording.events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    await route.fulfill({ status: 200, contentType: 'text/event-stream', body });
  });
  for (recording of recordings) {
    const failure = await page.evaluate(async () => {
      const element = document.querySelector('openai-chatkit');
      await element.setThreadId(null);
      return element.sendUserMessage({ text: 'Hello' }).then(() => null, (error) => String(error));
    });
    assert.equal(failure, null, recording.name);
    await drawn(page, 2);
    const failed = await page.getByText('This content could not be shown.').count();
    assert.equal(failed, 0, recording.name);
    assert.ok((await log(page).count()) === 1 || recording.events.length === 0, recording.name);
  }
  await check();
});

// The conversation the assistant is made for, as a user holds it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, ask, composer, inView, log, openChat, screenshot, sendButton, stopButton, transcript } from './browser.mjs';
import { drawn } from './eventually.mjs';
import { sunset } from './picture.mjs';
import { browser, server, SLOWLY } from './running.mjs';
import { startServer } from './server.mjs';

test('the start screen offers four ways in', async () => {
  const { page, check } = await openChat(browser, server.url);
  await page.getByRole('region', { name: 'Weather and image assistant' }).waitFor();
  assert.equal(await page.getByRole('list', { name: 'Suggestions' }).getByRole('button').count(), 4);
  assert.ok(await sendButton(page).isDisabled(), 'there is nothing to send yet');
  await screenshot(page, 'start');
  await page.getByRole('button', { name: 'Weather in New York' }).click();
  await answered(page);
  assert.match(await transcript(page), /New York.*°/);
  await check();
});

test('the weather comes in words and as a card', async () => {
  const { page, check } = await openChat(browser, server.url);
  await ask(page, "What's the weather like in Tokyo?");
  const text = await transcript(page);
  assert.match(text, /Tokyo/);
  assert.match(text, /Humidity/i);
  assert.match(text, /Wind/i);
  assert.match(text, /\d+\s?°/);
  await log(page).getByRole('button', { name: 'Copy', exact: true }).waitFor();
  const question = log(page).getByText("What's the weather like in Tokyo?", { exact: true });
  assert.ok(await inView(question), 'the question is still in view beside its answer');
  await screenshot(page, 'weather');
  await check();
});

test('a follow-up knows what was said before', async () => {
  const { page, check } = await openChat(browser, server.url);
  await ask(page, "What's the weather like in Tokyo?");
  const cards = await log(page).getByText(/Humidity/i).count();
  await ask(page, 'And in Paris?');
  assert.match(await transcript(page), /And in Paris\? .*Paris/);
  assert.ok((await log(page).getByText(/Humidity/i).count()) > cards, 'a second card came');
  await ask(page, 'Which one is warmer?');
  const [, verdict] = (await transcript(page)).split('Which one is warmer?');
  assert.match(verdict, /Tokyo|Paris/, verdict);
  await check();
});

test('a city can be chosen from the card', async () => {
  const { page, check } = await openChat(browser, server.url);
  await ask(page, 'Show me available cities');
  for (const city of ['Seattle, WA', 'New York, NY', 'Atlanta, GA']) {
    await log(page).getByRole('button', { name: city }).waitFor();
  }
  await screenshot(page, 'cities');
  await log(page).getByRole('button', { name: 'Chicago, IL' }).click();
  await log(page).getByText(/Humidity/i).first().waitFor();
  await answered(page);
  assert.match(await transcript(page), /Chicago.*Humidity/i);
  await check();
});

test('the time is told', async () => {
  const { page, check } = await openChat(browser, server.url);
  await ask(page, "What's the current time?");
  assert.match(await transcript(page), /\d{1,2}:\d{2}/);
  await ask(page, 'What time is it in São Paulo?');
  const [, there] = (await transcript(page)).split('What time is it in São Paulo?');
  assert.match(there, /São Paulo.*\d{1,2}:\d{2}|\d{1,2}:\d{2}.*São Paulo/);
  await check();
});

test('a text file is read', async () => {
  const { page, check } = await openChat(browser, server.url);
  await page.getByLabel('Add files').first().setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Buy an umbrella.') });
  await page.getByRole('button', { name: 'Remove notes.txt' }).waitFor();
  await ask(page, 'What is in it?');
  const [, answer] = (await transcript(page)).split('What is in it?');
  assert.match(answer, /notes\.txt|umbrella/i, answer);
  await check();
});

test('a picture is uploaded, shown, and described', async () => {
  const { page, check } = await openChat(browser, server.url);
  const file = { name: 'sunset.png', mimeType: 'image/png', buffer: sunset() };
  await page.getByLabel('Add files').first().setInputFiles(file);
  await page.getByRole('button', { name: 'Remove sunset.png' }).waitFor();
  await ask(page, 'What do you see in this image?');
  const picture = log(page).getByRole('img', { name: 'sunset.png' });
  assert.ok((await picture.evaluate((image) => image.naturalWidth)) > 0, 'the picture is there');
  const answer = (await transcript(page)).split('What do you see in this image?')[1];
  assert.ok(answer.trim().length > 20, answer);
  await screenshot(page, 'image');
  await page.reload();
  await picture.waitFor();
  await page.waitForFunction(() => {
    /** @type {HTMLImageElement} */
    const image = document.querySelector('openai-chatkit').shadowRoot.querySelector('.sent-image img');
    return image?.complete && image.naturalWidth > 0;
  });
  await check();
});

test('a file that does not fit is refused with a reason', async () => {
  const { page, check } = await openChat(browser, server.url);
  const file = { name: 'notes.zip', mimeType: 'application/zip', buffer: Buffer.from('hello') };
  await page.getByLabel('Add files').first().setInputFiles(file);
  await page.getByText('“notes.zip” is not a supported file type.').waitFor();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByText('is not a supported file type').waitFor({ state: 'detached' });
  await check();
});

test('a thread is there again after a reload, and in the history', async () => {
  const { page, check } = await openChat(browser, server.url);
  await ask(page, "What's the weather like in Tokyo?");
  const before = await transcript(page);
  await page.reload();
  await log(page).getByText(/Humidity/i).first().waitFor();
  assert.equal(await transcript(page), before);

  await page.getByRole('button', { name: 'New chat' }).click();
  await page.getByRole('list', { name: 'Suggestions' }).waitFor();
  await page.getByRole('button', { name: 'Chat history' }).click();
  const panel = page.getByRole('dialog', { name: 'Chat history' });
  await panel.getByRole('button').nth(1).click();
  await log(page).getByText(/Humidity/i).first().waitFor();
  assert.equal(await transcript(page), before);
  await check();
});

test('a chat is renamed and deleted with the keyboard', async () => {
  const { page, check } = await openChat(browser, server.url);
  await ask(page, "What's the current time?");
  await page.getByRole('button', { name: 'Chat history' }).press('Enter');
  const panel = page.getByRole('dialog', { name: 'Chat history' });
  const rows = panel.getByRole('listitem');
  await rows.first().waitFor();
  const count = await rows.count();
  await rows.first().getByRole('button').first().press('F2');
  await panel.getByRole('textbox', { name: 'Title of the chat' }).fill('A better title');
  await page.keyboard.press('Enter');
  const row = panel.getByRole('button', { name: 'A better title', exact: true });
  await row.press('Delete');
  await panel.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).press('Enter');
  await row.waitFor({ state: 'detached' });
  assert.equal(await rows.count(), count - 1);
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await page.getByRole('list', { name: 'Suggestions' }).waitFor();
  await check();
});

test('an answer can be stopped, and what was said stays', async (t) => {
  const slow = await startServer(SLOWLY);
  t.after(() => slow.stop());
  const { page, check } = await openChat(browser, slow.url);
  await composer(page).fill("What's the weather like in Tokyo, Paris, London, Berlin and Madrid?");
  await composer(page).press('Enter');
  await stopButton(page).click();
  await sendButton(page).waitFor();
  await drawn(page);
  const stopped = await transcript(page);
  await ask(page, "What's the current time?");
  const after = await transcript(page);
  assert.ok(after.startsWith(stopped), `nothing has come after the stop: ${stopped} | ${after}`);
  assert.match(after.slice(stopped.length), /\d{1,2}:\d{2}/);
  await check();
});

test('an answer goes on after a reload in the middle of it', async (t) => {
  const slow = await startServer(SLOWLY);
  t.after(() => slow.stop());
  const { page, check } = await openChat(browser, slow.url);
  await composer(page).fill("What's the weather like in Tokyo?");
  await composer(page).press('Enter');
  await page.waitForFunction(() => sessionStorage.length > 0);
  await page.reload();
  await log(page).getByText(/Humidity/i).first().waitFor();
  await answered(page);
  const text = await transcript(page);
  assert.equal(text.split("What's the weather like in Tokyo?").length, 2, 'the question is there once');
  await check();
});

test('it looks right in the dark and on a small phone', async () => {
  const dark = await openChat(browser, server.url, { colorScheme: 'dark' });
  await ask(dark.page, "What's the weather like in Tokyo?");
  await screenshot(dark.page, 'dark');
  await dark.check();
  const phone = { width: 320, height: 640 };
  const mobile = await openChat(browser, server.url, { viewport: phone, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  await ask(mobile.page, "What's the weather like in Tokyo?");
  const width = await mobile.page.evaluate(() => {
    const thread = document.querySelector('openai-chatkit').shadowRoot.querySelector('.scroller');
    return Math.max(thread.scrollWidth, document.documentElement.scrollWidth);
  });
  assert.ok(width <= phone.width, `nothing is wider than the screen, but ${width}`);
  await screenshot(mobile.page, 'mobile');
  await mobile.check();
});

// A page with deep-chat, streaming through its handler.

import 'deep-chat';

const chat = document.createElement('deep-chat');
chat.style.width = '100%';
chat.style.height = '780px';
let asked = null;
chat.connect = {
  stream: true,
  handler: async (_, signals) => {
    signals.onOpen();
    await window.readTokens(asked.url, (delta) => signals.onResponse({ text: delta }));
    signals.onClose();
    asked.done();
  },
};
document.getElementById('root').append(chat);

window.peer = {
  input: () => chat.shadowRoot?.getElementById('text-input') ?? null,
  answer: () => chat.shadowRoot?.getElementById('messages') ?? null,
  async stream(url) {
    await new Promise((done) => {
      asked = { url, done };
      chat.submitUserMessage({ text: 'Go' });
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
  },
};

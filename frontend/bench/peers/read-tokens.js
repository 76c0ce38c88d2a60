// Reads the same stream of tokens as everyone; what came in one piece is handed on in one.
'use strict';
window.readTokens = async (url, onText) => {
  const response = await fetch(url, { method: 'POST', body: '{}' });
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = lines.pop();
    const text = lines.filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6)).delta).join('');
    if (text) onText(text);
  }
};

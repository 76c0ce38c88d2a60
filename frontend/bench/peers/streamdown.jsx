// A page with React and streamdown: the text is set once per frame, as its makers advise.

import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Streamdown } from 'streamdown';

let show = () => undefined;

function Page() {
  const [text, setText] = useState('');
  useEffect(() => {
    show = setText;
  }, []);
  return (
    <>
      <div id="log" style={{ height: 640, overflow: 'auto' }}>
        <div id="answer">
          <Streamdown>{text}</Streamdown>
        </div>
      </div>
      <textarea id="input" />
    </>
  );
}

createRoot(document.getElementById('root')).render(<Page />);

window.peer = {
  input: () => document.getElementById('input'),
  answer: () => document.getElementById('answer'),
  async stream(url) {
    let text = '';
    let frame = 0;
    const log = document.getElementById('log');
    await window.readTokens(url, (delta) => {
      text += delta;
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        show(text);
        log.scrollTop = log.scrollHeight;
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
  },
};

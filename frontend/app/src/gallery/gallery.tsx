// The gallery: a list of all there is to see, the chat that shows it, and a panel for its looks.

import { ChatKit, useChatKit } from '@openai/chatkit-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { START, hintOf, titleOf, useCatalogue, type Entry } from './catalogue.ts';
import { EntryList } from './entry-list.tsx';
import { ListIcon, ReloadIcon, SlidersIcon } from './icons.tsx';
import { LookPanel } from './look-panel.tsx';
import { readAddress, writeAddress, type Look } from './look.ts';
import { chatOptions } from './options.ts';
import { Segments } from './segments.tsx';
import { useScheme } from './scheme.ts';
import type { Told } from './told.tsx';

const LIST_ID = 'entries';
const PANEL_ID = 'looks';
const MOST_TOLD = 40;

const addressed = readAddress(location.hash);

export function Gallery() {
  const groups = useCatalogue();
  const [look, setLook] = useState(addressed.look);
  const [entry, setEntry] = useState<Entry>(START);
  const [told, setTold] = useState<Told[]>([]);
  const [flashing, setFlashing] = useState(false);
  useScheme(look);

  const tell = useCallback((name: string, detail?: unknown) => {
    setTold((before) => [{ id: (before[0]?.id ?? 0) + 1, name, detail }, ...before].slice(0, MOST_TOLD));
  }, []);
  const options = useMemo(() => chatOptions(look, tell), [look, tell]);
  const { control, setThreadId, sendUserMessage } = useChatKit({
    ...options,
    onEffect: (detail) => {
      tell('chatkit.effect', detail);
      setFlashing(true);
    },
    onDeeplink: (detail) => tell('chatkit.deeplink', detail),
    onError: ({ error }) => tell('chatkit.error', { message: error.message }),
    onResponseStart: () => tell('chatkit.response.start'),
    onResponseEnd: () => tell('chatkit.response.end'),
    onThreadChange: (detail) => tell('chatkit.thread.change', detail),
    onToolChange: (detail) => tell('chatkit.tool.change', detail),
    onHistoryOpen: () => tell('chatkit.history.open'),
    onHistoryClose: () => tell('chatkit.history.close'),
  });

  // Only the last one of several that were chosen in a hurry is asked for.
  const latest = useRef(0);
  const show = useCallback(
    async (chosen: Entry) => {
      const turn = ++latest.current;
      setEntry(chosen);
      document.getElementById(LIST_ID)?.hidePopover();
      await setThreadId(null);
      if (chosen === START || turn !== latest.current) return;
      // What goes wrong is shown by the chat, and told by its events.
      await sendUserMessage({ text: chosen.name }).catch(() => undefined);
    },
    [setThreadId, sendUserMessage],
  );

  const begun = useRef(false);
  useEffect(() => {
    if (!groups || begun.current) return;
    begun.current = true;
    const first = groups.flatMap(({ entries }) => entries).find(({ name }) => name === addressed.entry);
    if (first && first !== START) void customElements.whenDefined('openai-chatkit').then(() => show(first));
  }, [groups, show]);

  useEffect(() => {
    if (begun.current || !addressed.entry) history.replaceState(null, '', writeAddress(look, entry.name));
  }, [look, entry]);

  return (
    <div className="gallery">
      <EntryList id={LIST_ID} groups={groups} current={entry} onChoose={show} />
      <main className="stage">
        <header className="stage-head">
          <button type="button" className="tool only-phone" popoverTarget={LIST_ID} aria-label="All entries">
            <ListIcon />
          </button>
          <div className="stage-title">
            <h1>{titleOf(entry)}</h1>
            <p>{hintOf(entry)}</p>
          </div>
          <Segments
            label="Width"
            className="not-phone"
            options={{ wide: 'Wide', phone: 'Phone' }}
            value={look.width}
            onChange={(width) => setLook({ ...look, width })}
          />
          <button type="button" className="tool" aria-label="Show again" title="Show again" onClick={() => void show(entry)}>
            <ReloadIcon />
          </button>
          <button type="button" className="tool only-narrow" popoverTarget={PANEL_ID} aria-label="Looks">
            <SlidersIcon />
          </button>
        </header>
        <div className="frame" data-width={look.width} data-flashing={flashing || undefined} onAnimationEnd={() => setFlashing(false)}>
          {groups === undefined ? <NoGallery /> : <ChatKit control={control} className="chat" />}
        </div>
      </main>
      <LookPanel id={PANEL_ID} look={look} told={told} onChange={(next: Look) => setLook(next)} />
    </div>
  );
}

function NoGallery() {
  return (
    <div className="no-gallery">
      <h2>Another server is at work here</h2>
      <p>
        The gallery is shown by an example. Stop this server, and start <code>cargo run --example gallery</code>.
      </p>
    </div>
  );
}

// A component registered by the page, whose code draws into an element that we provide.

import { render } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { WidgetApi, WidgetRenderer } from '../element/contract.ts';
import { readActionConfig } from '../protocol/action.ts';
import { Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';
import { useWidget, WidgetContext } from './widget-scope.ts';

export function PageWidget({ node, depth, renderer }: NodeProps & { renderer: WidgetRenderer }) {
  const scope = useWidget();
  const element = useRef<HTMLDivElement>(null);
  const names = useRef(new Set<string>());
  const current = useRef(scope);
  current.current = scope;

  useLayoutEffect(() => {
    const { current: place } = element;
    if (!place) return;
    const slots: HTMLElement[] = [];
    const api: WidgetApi = {
      locale: scope.locale,
      fireAction: async (action) => {
        const read = readActionConfig(action);
        if (!read) throw new TypeError('an action needs a type');
        await current.current.dispatch(read, current.current.form?.entries());
      },
      setValue: (name, value) => {
        names.current.add(name);
        current.current.form?.set(name, value);
      },
      renderChildren: (slot) => {
        slots.push(slot);
        render(
          <WidgetContext.Provider value={current.current}>
            <Nodes of={node} depth={depth} />
          </WidgetContext.Provider>,
          slot,
        );
      },
    };
    const cleanUp = renderer(place, node, api);
    return () => {
      if (typeof cleanUp === 'function') cleanUp();
      for (const slot of slots) render(null, slot);
      place.replaceChildren();
    };
  }, [node, renderer]);
  useEffect(() => () => names.current.forEach((name) => current.current.form?.delete(name)), []);

  return <div ref={element} class="w-page" />;
}

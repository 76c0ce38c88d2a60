// Boxes, rows, columns, forms, and the space between them.

import type { ComponentChildren, TargetedSubmitEvent } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import { readAction, type WidgetNode } from '../protocol/widget.ts';
import { safeColor, safeLength, safeSpace } from '../safety/style.ts';
import { boxStyle, clean } from './box-style.ts';
import { FormValues } from './form-values.ts';
import { Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';
import { WidgetContext } from './scope.ts';
import { useAction } from './use-action.ts';

export function Box({ node, depth }: NodeProps) {
  return (
    <div class={`w-box ${node.direction === 'row' ? 'is-row' : 'is-col'}`} style={boxStyle(node)}>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Row({ node, depth }: NodeProps) {
  return (
    <div class="w-box is-row is-line" style={boxStyle(node)}>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Col({ node, depth }: NodeProps) {
  return (
    <div class="w-box is-col" style={boxStyle(node)}>
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Basic({ node, depth }: NodeProps) {
  return (
    <div
      class={`w-box w-basic ${node.direction === 'row' ? 'is-row' : 'is-col'}`}
      data-theme={themeOf(node)}
      style={boxStyle(node)}
    >
      <Nodes of={node} depth={depth} />
    </div>
  );
}

export function Form({ node, depth }: NodeProps) {
  return (
    <FormScope>
      <FormElement node={node}>
        <Nodes of={node} depth={depth} />
      </FormElement>
    </FormScope>
  );
}

function FormElement({ node, children }: { node: WidgetNode; children: ComponentChildren }) {
  const submit = useAction(readAction(node.onSubmitAction), 'submit');
  const onSubmit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit.fire();
  };
  return (
    <form class={`w-box ${node.direction === 'row' ? 'is-row' : 'is-col'}`} style={boxStyle(node)} onSubmit={onSubmit}>
      {children}
    </form>
  );
}

/** Gives the nodes inside a form of their own. */
export function FormScope({ children }: { children: ComponentChildren }) {
  const outer = useContext(WidgetContext);
  const form = useMemo(() => new FormValues(), []);
  const scope = useMemo(() => outer && { ...outer, form }, [outer, form]);
  return <WidgetContext.Provider value={scope}>{children}</WidgetContext.Provider>;
}

export function Spacer({ node }: NodeProps) {
  const minSize = safeLength(node.minSize);
  return <div class="w-spacer" style={clean({ minWidth: minSize, minHeight: minSize })} />;
}

export function Divider({ node }: NodeProps) {
  const spacing = safeSpace(node.spacing);
  return (
    <hr
      class={`w-divider${node.flush === true ? ' is-flush' : ''}`}
      style={clean({
        borderTopColor: safeColor(node.color, 'border'),
        borderTopWidth: safeLength(node.size),
        marginBlock: spacing,
      })}
    />
  );
}

export function Transition({ node, depth }: NodeProps) {
  return (
    <div class="w-transition">
      <Nodes of={node} depth={depth} />
    </div>
  );
}

/** A widget may have a theme of its own, whatever the page's is. */
export function themeOf(node: WidgetNode): 'light' | 'dark' | undefined {
  return node.theme === 'light' || node.theme === 'dark' ? node.theme : undefined;
}

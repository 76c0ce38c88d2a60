// Forms: the values of their controls, and how they are sent.

import type { ComponentChildren, CSSProperties, TargetedSubmitEvent } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ActionConfig } from '../protocol/action.ts';
import { readFormProps } from '../protocol/generated/widgets.ts';
import { boxStyle } from './box-style.ts';
import { FormValues } from './form-values.ts';
import { Nodes } from './node.tsx';
import type { NodeProps } from './registry.ts';
import { useWidget, WidgetContext, type ActionPlace } from './widget-scope.ts';
import { useAction } from './use-action.ts';

export function Form({ node, depth }: NodeProps) {
  const props = readFormProps(node);
  return (
    <FormFrame
      class={`w-box w-form ${props.direction === 'row' ? 'is-row' : 'is-col'}`}
      style={boxStyle(props)}
      action={props.onSubmitAction}
      place="submit"
    >
      <Nodes of={node} depth={depth} />
    </FormFrame>
  );
}

interface FrameProps {
  class: string;
  style: CSSProperties;
  theme?: 'light' | 'dark';
  action: ActionConfig | undefined;
  place: ActionPlace;
  children: ComponentChildren;
}

/** An independent form: neither it nor a form around it includes the other's values. */
export function FormFrame(props: FrameProps) {
  const outer = useWidget();
  const form = useMemo(() => new FormValues(), []);
  const inner = useMemo(() => ({ ...outer, form, submit: null }), [outer, form]);
  return (
    <WidgetContext.Provider value={inner}>
      <FormElement {...props} />
    </WidgetContext.Provider>
  );
}

function FormElement({ class: className, style, theme, action, place, children }: FrameProps) {
  const outer = useWidget();
  const { busy, disabled, fire } = useAction(action, place);
  const scope = useMemo(
    () => ({ ...outer, submit: action ? { busy, disabled } : null }),
    [outer, action === undefined, busy, disabled],
  );
  const onSubmit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    // A form inside a form must not send the outer one.
    event.stopPropagation();
    fire();
  };
  return (
    <WidgetContext.Provider value={scope}>
      <form class={className} style={style} data-theme={theme} onSubmit={onSubmit}>
        {children}
      </form>
    </WidgetContext.Provider>
  );
}

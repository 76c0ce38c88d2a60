// Draws a row by its type, and again only when the row has changed.

import { Component } from 'preact';
import type { Entry } from '../../state/thread-state.ts';
import { AssistantMessage } from '../message/assistant-message.tsx';
import { ClientTool } from '../message/client-tool.tsx';
import { GeneratedImage } from '../message/generated-image.tsx';
import { NoticeView } from '../message/notice.tsx';
import { StructuredInput } from '../message/lazy-structured-input.tsx';
import { UnknownEntry } from '../message/unknown-entry.tsx';
import { UserMessage } from '../message/user-message.tsx';
import { WidgetEntry } from '../message/widget-entry.tsx';
import { TaskView, WorkflowView } from '../message/workflow.tsx';

export class EntryView extends Component<{ entry: Entry }> {
  override shouldComponentUpdate(next: { entry: Entry }): boolean {
    return next.entry !== this.props.entry;
  }

  override render({ entry }: { entry: Entry }) {
    const { item, live } = entry;
    switch (item.type) {
      case 'user_message':
        return <UserMessage item={item} sending={entry.sending} />;
      case 'assistant_message':
        return <AssistantMessage item={item} live={live} />;
      case 'widget':
        return <WidgetEntry item={item} />;
      case 'workflow':
        return <WorkflowView workflow={item.workflow} live={live} />;
      case 'task':
        return <TaskView task={item.task} />;
      case 'generated_image':
        return <GeneratedImage item={item} live={live} progress={entry.progress} />;
      case 'client_tool_call':
        return <ClientTool item={item} />;
      case 'structured_input':
        return <StructuredInput item={item} />;
      case 'local.notice':
        return <NoticeView notice={item} />;
      case 'unknown':
        return <UnknownEntry kind={item.kind} />;
      case 'end_of_turn':
        return null;
      default:
        item satisfies never;
        return null;
    }
  }
}

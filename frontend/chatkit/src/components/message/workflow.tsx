// The steps behind an answer: shown while they happen, folded away afterwards.

import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { Icon } from '../../icons/icon.tsx';
import { Drawing, DrawingContext } from '../../markdown/drawing.ts';
import { Markdown } from '../../markdown/markdown.tsx';
import { inRuns } from '../../markdown/runs.tsx';
import { Spinner } from '../../parts/spinner.tsx';
import type { Task, Workflow } from '../../protocol/item.ts';
import type { Translate } from '../../i18n/translate.ts';
import { plainName } from '../../safety/safe-text.ts';
import { readLink } from '../../safety/url.ts';
import { useOptions, useTranslate } from '../context.ts';
import { useMarkdownScope } from './use-markdown-scope.ts';

/** How many elements a task counts as. See `Drawing`. */
const TASK_WEIGHT = 20;
const MOST_CHIPS = 100;

interface Props {
  workflow: Workflow;
  live: boolean;
}

export function WorkflowView({ workflow, live }: Props) {
  const t = useTranslate();
  const { reasoning } = useOptions().value;
  const drawing = useMemo(() => new Drawing(), []);
  const thoughts = workflow.type === 'reasoning';
  if ((workflow.tasks.length === 0 && !live) || (thoughts && reasoning === 'hidden')) return null;
  const open = live || workflow.expanded || (thoughts && reasoning === 'show');
  return (
    <details class="workflow" open={open} data-row="">
      <summary>
        {iconOf(workflow) && <Icon name={iconOf(workflow)} />}
        <span class={live ? 'shimmer' : ''} dir="auto">
          {summaryOf(workflow, live, t)}
        </span>
        <Icon name="chevron-right" class="chevron" />
      </summary>
      <ol class="tasks">
        <DrawingContext.Provider value={drawing}>
          {inRuns(workflow.tasks, {
            scope: live,
            // The last task may be another one now.
            lastScope: live ? workflow.tasks : live,
            weigh: () => TASK_WEIGHT,
            draw: (task, index) => (
              <li key={index} class={`task is-${task.status_indicator}`}>
                <TaskMark task={task} live={live} />
                <TaskBody task={task} growing={live && index === workflow.tasks.length - 1} />
              </li>
            ),
          })}
        </DrawingContext.Provider>
      </ol>
    </details>
  );
}

/** A task that stands by itself. */
export function TaskView({ task }: { task: Task }) {
  return (
    <div class="task is-alone" data-row="">
      <TaskMark task={task} live={false} />
      <TaskBody task={task} growing={false} />
    </div>
  );
}

function TaskMark({ task, live }: { task: Task; live: boolean }) {
  // A stopped turn leaves unfinished tasks behind, so they must not look active.
  if (live && task.status_indicator === 'loading') return <Spinner />;
  if (task.status_indicator === 'complete') return <Icon name="check" />;
  const icons = { custom: 'dot', web_search: 'globe', thought: 'lightbulb', file: 'document', image: 'square-image' };
  return <Icon name={task.type === 'custom' && task.icon ? task.icon : (icons[task.type] ?? 'dot')} />;
}

function TaskBody({ task, growing }: { task: Task; growing: boolean }): ComponentChildren {
  const t = useTranslate();
  const scope = useMarkdownScope();
  const markdown = (text: string) => <Markdown text={text} growing={growing} scope={scope} />;
  switch (task.type) {
    case 'custom':
      return (
        <div class="task-body" dir="auto">
          {task.title && <strong>{task.title}</strong>}
          {task.content && markdown(task.content)}
        </div>
      );
    case 'thought':
      return (
        <div class="task-body" dir="auto">
          {task.title && <strong>{task.title}</strong>}
          {markdown(task.content ?? '')}
        </div>
      );
    case 'web_search':
      return (
        <div class="task-body">
          <strong dir="auto">{task.title ?? task.title_query ?? t('task.search')}</strong>
          <Chips>
            {task.queries.slice(0, MOST_CHIPS).map((query) => (
              <span class="chip">
                <Icon name="search" />
                <bdi>{query}</bdi>
              </span>
            ))}
            {task.sources.slice(0, MOST_CHIPS).map((source) => {
              const link = source.type === 'url' ? readLink(source.url) : null;
              return link?.kind === 'web' ? (
                <a class="chip" href={link.href} title={link.host} target="_blank" rel="noopener noreferrer nofollow">
                  <bdi>{plainName(source.title || link.host)}</bdi>
                </a>
              ) : null;
            })}
            <More of={task.sources.length} />
          </Chips>
        </div>
      );
    case 'file':
      return (
        <div class="task-body">
          <strong dir="auto">{task.title ?? t('task.file')}</strong>
          <Chips>
            {task.sources.slice(0, MOST_CHIPS).map((source) => (
              <span class="chip">
                <Icon name="document" />
                <bdi>{plainName(source.type === 'file' && source.filename !== '' ? source.filename : source.title)}</bdi>
              </span>
            ))}
            <More of={task.sources.length} />
          </Chips>
        </div>
      );
    case 'image':
      return (
        <div class="task-body" dir="auto">
          <strong>{task.title ?? t('task.image')}</strong>
        </div>
      );
    default:
      return (
        <div class="task-body" dir="auto">
          <strong>{unknownTitle(task) ?? t('task.other')}</strong>
        </div>
      );
  }
}

/** Every kind of task may have a title, so those of a newer protocol will too. */
function unknownTitle(task: never): string | undefined {
  const { title } = task as { title?: unknown };
  return typeof title === 'string' && title !== '' ? title : undefined;
}

/** How many chips are not shown. */
function More({ of: count }: { of: number }) {
  return count > MOST_CHIPS ? <span class="chip">+{count - MOST_CHIPS}</span> : null;
}

function Chips({ children }: { children: ComponentChildren }) {
  return <div class="chips">{children}</div>;
}

function iconOf({ summary }: Workflow): string {
  return summary && 'title' in summary ? (summary.icon ?? '') : '';
}

function summaryOf({ type, tasks, summary }: Workflow, live: boolean, t: Translate): string {
  if (summary && 'title' in summary) return summary.title;
  if (summary && 'duration' in summary) return t('workflow.thought.seconds', { n: summary.duration });
  if (live) return tasks.at(-1)?.title ?? t(type === 'reasoning' ? 'workflow.thinking' : 'workflow.working');
  return t('workflow.steps', { n: tasks.length });
}

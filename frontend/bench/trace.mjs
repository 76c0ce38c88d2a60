// Reads a browser trace: how long the page's main thread worked, and on what.

export const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink.user_timing', '__metadata'];

/** @type {[name: string, pattern: RegExp][]} */
const GROUPS = [
  ['layout', /^(?:Layout|UpdateLayoutTree|RecalcStyle|UpdateLayerTree|HitTest|IntersectionObserverController::computeIntersections)$/],
  ['paint', /^(?:PrePaint|Paint|Layerize|Commit|CompositeLayers|RasterTask)$/],
  ['gc', /GC|^V8\.GC/],
  ['script', /^(?:EvaluateScript|FunctionCall|RunMicrotasks|TimerFire|FireAnimationFrame|EventDispatch|v8\.\w+|V8\..*|XHR\w+)$/],
];
const groupOf = (name) => GROUPS.find(([, pattern]) => pattern.test(name))?.[0] ?? null;

/**
 * CPU time in ms by group, each without what is nested in it, on the page's main thread between two marks of
 * `performance.mark`; the longest task, and how many took more than 50 ms. CPU time, unlike the clock's, leaves out
 * when the machine was busy with something else; a slowed CPU (`Emulation.setCPUThrottlingRate`) counts in full.
 */
export function readTrace(buffer, from = 'bench:start', to = 'bench:end') {
  const { traceEvents } = JSON.parse(buffer.toString());
  const start = traceEvents.find(({ name, cat }) => name === from && /user_timing/.test(cat));
  const end = traceEvents.find(({ name, cat }) => name === to && /user_timing/.test(cat));
  if (!start || !end) throw new Error('the trace has no marks');
  const own = traceEvents
    .filter(({ ph, pid, tid, ts }) => ph === 'X' && pid === start.pid && tid === start.tid && ts >= start.ts && ts <= end.ts)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const sums = { script: 0, layout: 0, paint: 0, gc: 0 };
  const stack = [];
  const leave = (entry) => {
    if (entry.group) sums[entry.group] += Math.max(0, entry.cpu - entry.inner) / 1000;
  };
  for (const { name, ts, dur = 0, tdur: cpu = dur } of own) {
    while (stack.length > 0 && stack.at(-1).end <= ts) leave(stack.pop());
    const parent = stack.at(-1);
    if (parent) parent.inner += cpu;
    stack.push({ name, cpu, end: ts + dur, inner: 0, group: groupOf(name) ?? parent?.group ?? null });
  }
  while (stack.length > 0) leave(stack.pop());
  const tasks = own.filter(({ name }) => name === 'RunTask').map(({ dur = 0, tdur: cpu = dur }) => cpu / 1000);
  return {
    ...sums,
    longest: tasks.reduce((most, ms) => Math.max(most, ms), 0),
    longTasks: tasks.filter((ms) => ms > 50).length,
  };
}

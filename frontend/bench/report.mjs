// From samples to a table: medians with their spread, goals, and the limits that must hold.

const BLOCKS = ['paragraph', 'list', 'table', 'fence'];

const FIGURES = [
  { scene: 'start', key: 'kilobytes', title: 'Bytes before the composer is usable, gzip', unit: 'KB', digits: 1, goal: 75, limit: 85 },
  { scene: 'start', key: 'requests', title: 'Requests before that', goal: 3, limit: 3 },
  { scene: 'start', key: 'foreign', title: 'Requests to other hosts', goal: 0, limit: 0 },
  { scene: 'start', key: 'focusable', title: 'Script start to composer focusable, 4× slower, warm', unit: 'ms', goal: 300 },
  { scene: 'answer', key: 'script', title: '5,000 tokens into one message: script', unit: 'ms', goal: 400 },
  { scene: 'answer', key: 'longTasks', title: '… long tasks (over 50 ms)', goal: 0 },
  { scene: 'answer', key: 'missing', title: '… marks of the text not painted', goal: 0, limit: 0 },
  { scene: 'answer4', key: 'longest', title: 'The same, 4× slower, while typing: longest task', unit: 'ms', goal: 100 },
  { scene: 'answer4', key: 'longTasks', title: '… long tasks' },
  { scene: 'answer4', key: 'handled95', title: '… key press to the end of its handlers, p95', unit: 'ms', goal: 100 },
  { scene: 'answer4', key: 'key95', title: '… key press to paint, p95', unit: 'ms', goal: 100 },
  { scene: 'floor', key: 'key95', title: '… key press to paint in a field of an empty page, p95', unit: 'ms' },
  { scene: 'lag', key: 'lag95', title: 'Token received to painted, p95', unit: 'ms', goal: 50 },
  ...BLOCKS.flatMap((scene) => [
    { scene, key: 'frame95', title: `20,000 tokens in one ${scene}: frame p95`, unit: 'ms', digits: 1, goal: 25 },
    { scene: `${scene}-followed`, key: 'frame95', title: '… with the end in view', unit: 'ms', digits: 1, goal: 25 },
    { scene, key: 'missing', title: '… marks not painted', goal: 0, limit: 0 },
  ]),
  { scene: 'open', key: 'shown', title: 'Open a thread of 5,000 items to first paint', unit: 'ms', goal: 150 },
  { scene: 'scroll', key: 'heap', title: 'Scrolled through 10,000 items: heap', unit: 'MB', digits: 1, goal: 40, limit: 40 },
  { scene: 'scroll', key: 'nodes', title: '… most nodes at once', goal: 3000, limit: 3000 },
  { scene: 'scroll', key: 'moved', title: '… most that a row being read has moved', unit: 'px', digits: 1, goal: 1 },
];

export function figures(results) {
  return FIGURES.map((figure) => ({
    ...figure,
    values: Object.fromEntries(
      Object.entries(results).flatMap(([subject, scenes]) => {
        const samples = scenes[figure.scene]?.map((sample) => sample[figure.key]).sort((a, b) => a - b);
        if (!samples) return [];
        return [[subject, { median: samples[Math.floor((samples.length - 1) / 2)], least: samples[0], most: samples.at(-1) }]];
      }),
    ),
  })).filter(({ values }) => Object.keys(values).length > 0);
}

/** Only what does not depend on how busy the machine is. */
export function violations(measured) {
  return measured
    .filter(({ limit, values }) => limit !== undefined && values.ours && values.ours.median > limit)
    .map(({ scene, title, limit, values }) => `${scene}: ${title}: ${values.ours.median} is over ${limit}`);
}

/** Whether the median of ours is within its goal. */
function met({ goal, digits = 0, values }) {
  if (goal === undefined || !values.ours) return '';
  return Number(values.ours.median.toFixed(digits)) <= goal ? 'yes' : '**no**';
}

export function report(measured, subjects, conditions) {
  const shown = ({ digits = 0, unit = '' }, value) => {
    if (!value) return '';
    const round = (number) => number.toFixed(digits);
    const spread = round(value.least) === round(value.most) ? '' : ` (${round(value.least)}–${round(value.most)})`;
    return `${round(value.median)}${unit && ` ${unit}`}${spread}`;
  };
  const rows = measured.map((figure) => [
    figure.title,
    figure.goal === undefined ? '' : `${figure.goal === 0 ? '' : '≤ '}${figure.goal}${figure.unit ? ` ${figure.unit}` : ''}`,
    met(figure),
    ...subjects.map(({ name }) => shown(figure, figure.values[name])),
  ]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return `# How fast the web component is

Written by \`make bench-ui\`; median of ${conditions.runs} runs (least–most). Everyone gets the same text from the same server at the same
pace, 625 tokens of four characters a second (1,250 for one block, 100 for the time to paint), and must have painted all of it.

${line(['Figure', 'Goal', 'Met', ...subjects.map(({ title }) => title)])}
${line(['---', '---:', '---', ...subjects.map(() => '---:')])}
${rows.map(line).join('\n')}

Measured with ${conditions.browser}, headless, Node.js ${conditions.node}, on ${conditions.machine} (1, 5 and 15 minutes, at the end).
The machine may have had other work. Sizes, counts and completeness do not depend on it, and are what the command fails on.

- **Script** is the main thread's CPU time in script, without layout, style and paint, from a trace. A **long task** is one of more
  than 50 ms of CPU time. Both leave out what the machine did otherwise; times to paint and of frames cannot.
- **One block** is a text of 80,000 characters that never ends its paragraph, list, table or code. By default the view stays where
  the answer begins, so most of it grows out of sight, and is drawn about four times a second; with the end in view
  (\`thread.autoScroll\`, or a reader who has gone there) it is drawn as often as half of the page's time allows.
- **Key press to paint** is the browser's own event timing (steps of 8 ms), **to the end of its handlers** the part of it that the page
  has in its hands: waiting for the main thread, and handling. Presses faster than 16 ms are not counted, so that an empty page
  is the floor. The window shows all of the page: a frame that changes only what lies outside of it is never presented.
- A thread's **nodes** are all of the element's, with its shadow tree and texts. The heap is measured after a collection, with all items loaded.
- Peers are used as their documentation shows: deep-chat through its stream handler, streamdown with one state change per frame.
  Neither pages a thread, so the last figures are ours alone.
`;
}

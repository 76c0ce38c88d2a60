// Measures the component and its peers in Chromium, and writes the table.
// --runs N (3) · --only NAME,… · --no-peers · --json · --out FILE (../docs/PERFORMANCE-UI.md)
// --quick: everything once with short texts, to see that it works; prints the table and writes nothing.

import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startHost } from './host.mjs';
import { launch } from './page.mjs';
import { figures, report, violations } from './report.mjs';
import * as scenes from './scenes.mjs';
import { prepare } from './subjects.mjs';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    peers: { type: 'boolean', default: true },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    out: { type: 'string', default: fileURLToPath(new URL('../../docs/PERFORMANCE-UI.md', import.meta.url)) },
  },
  allowNegative: true,
});
const runs = options.quick ? 1 : Number(options.runs);
/** How long a text is. */
const long = (tokens) => (options.quick ? Math.ceil(tokens / 10) : tokens);

/** Scenes by name; those for peers too are measured for everyone. */
const PLAN = [
  { name: 'start', all: true, run: scenes.start },
  { name: 'answer', all: true, run: (at) => scenes.answer(at, { text: 'mixed', tokens: long(5000) }) },
  { name: 'answer4', all: true, run: (at) => scenes.answer(at, { text: 'mixed', tokens: long(5000), throttle: 4, keys: true }) },
  { name: 'lag', all: true, run: (at) => scenes.answer(at, { text: 'prose', tokens: long(1500), rate: 100, lag: true, follow: true }) },
  ...['paragraph', 'list', 'table', 'fence'].flatMap((text) => [
    { name: text, run: (at) => scenes.answer(at, { text, tokens: long(20_000), rate: 1250 }) },
    { name: `${text}-followed`, all: text === 'paragraph', run: (at) => scenes.answer(at, { text, tokens: long(20_000), rate: 1250, follow: true }) },
  ]),
  { name: 'open', run: scenes.open },
  { name: 'scroll', run: (at) => scenes.scroll(at, { items: options.quick ? 500 : 10_000 }), once: true },
  { name: 'floor', run: scenes.floor },
];

const { subjects, pages, folders } = await prepare(options);
const host = await startHost({ pages, folders });
const browser = await launch();
const results = {};
try {
  const plan = PLAN.filter(({ name }) => !options.only || options.only.split(',').includes(name));
  for (const subject of subjects) {
    for (const { name, all, once, run } of plan) {
      if (!all && subject.name !== 'ours') continue;
      const samples = [];
      for (let round = 0; round < (once ? 1 : runs); round++) {
        process.stderr.write(`${subject.name}: ${name} ${round + 1}\n`);
        samples.push(await run({ browser, host, subject }));
      }
      (results[subject.name] ??= {})[name] = samples;
    }
  }
} finally {
  await browser.close();
  await host.stop();
}

const { version } = JSON.parse(await readFile(new URL('../chatkit/package.json', import.meta.url), 'utf8'));
const conditions = {
  component: version,
  browser: execFileSync(process.env.CHROMIUM ?? '/usr/bin/chromium', ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim(),
  machine: `${os.cpus()[0]?.model ?? 'unknown'}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GB, load ${os.loadavg().map((load) => load.toFixed(1)).join(' ')}`,
  node: process.version,
  runs,
};
const measured = figures(results);
if (options.json) console.log(JSON.stringify({ conditions, results, figures: measured }, null, 1));
else console.log(report(measured, subjects, conditions));
if (!options.json && !options.only && !options.quick) await writeFile(options.out, report(measured, subjects, conditions));

const broken = violations(measured);
if (broken.length > 0) {
  console.error(broken.join('\n'));
  process.exitCode = 1;
}

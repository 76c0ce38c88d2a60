// Runs axe-core on a page. As a third-party script it needs a page without the strict policy (`strict: false`).

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Rules for whole pages, which do not apply to a component. */
const OF_THE_PAGE = ['page-has-heading-one', 'landmark-one-main', 'bypass', 'skip-link'];

/**
 * Lines of `rule: element, what is wrong`. With `rules` only these run; otherwise all of WCAG 2.2 AA and good practice.
 * With `within`, only that part of the page is looked at; `off` names rules that cannot hold there.
 *
 * @param {import('playwright-core').Page} page
 * @param {{ rules?: string[], within?: string, off?: string[] }} [options]
 */
export async function violations(page, { rules, within, off = [] } = {}) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  return page.evaluate(
    async ({ rules, within, tags, off }) => {
      const runOnly = rules ? { type: 'rule', values: rules } : { type: 'tag', values: tags };
      const root = within ? document.querySelector(within) : document;
      const found = await window.axe.run(root, { runOnly, rules: rules ? {} : Object.fromEntries(off.map((id) => [id, { enabled: false }])) });
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target.flat().join(' ')} ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`).join(' | ')}`);
    },
    { rules, within, tags: [...WCAG, 'best-practice'], off: [...OF_THE_PAGE, ...off] },
  );
}

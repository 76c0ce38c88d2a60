// Turns lexer tokens into elements by an allow-list. Raw HTML is shown as text.

import type { ComponentChildren } from 'preact';
import type { Token, Tokens } from 'marked';
import { hasEndlessWord, plainName } from '../safety/safe-text.ts';
import { readLink } from '../safety/url.ts';
import { withoutCitations, splitCitations } from './citations.ts';
import { CodeBlock } from './code-block.tsx';
import { weigh } from './drawing.ts';
import { decodeEntities } from './entities.ts';
import type { Note, NoteMark as NoteMarkToken } from './footnotes.ts';
import { Formula } from './math.tsx';
import type { MathToken } from './math-syntax.ts';
import { NoteBody, NoteMark } from './note.tsx';
import { inRuns } from './runs.tsx';
import type { MarkdownScope } from './markdown-scope.ts';
import { SafeImage } from './safe-image.tsx';

const MAX_DEPTH = 48;
/** The browser lays out a whole table when a row is added, so long tables are split after this many rows. */
const SHEET_ROWS = 100;
/** More marks than this in one paragraph are drawn in runs. */
const LONG_LINE = 32;
/** The browser lays out a whole paragraph when a word is added, so long ones are split into parts of this many letters. */
const ENDLESS = 24_000;
const PART = 4000;

export function renderBlock(token: Token, scope: MarkdownScope, depth = 0): ComponentChildren {
  if (depth > MAX_DEPTH) return token.raw;
  const nested = (tokens: readonly Token[] | undefined) => renderBlocks(tokens ?? [], scope, depth + 1);
  const inline = (tokens: readonly Token[] | undefined) => renderInline(tokens ?? [], scope, depth + 1);
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'group':
      return nested(token.tokens);
    case 'heading': {
      // Heading levels above this one are used by the frame, the thread and the message.
      const level = Math.min(6, (token as Tokens.Heading).depth + 3);
      const Tag = `h${level}` as 'h4';
      return <Tag dir="auto" data-level={(token as Tokens.Heading).depth}>{inline(token.tokens)}</Tag>;
    }
    case 'paragraph':
      return <p dir="auto">{inline(token.tokens)}</p>;
    case 'text':
      return token.tokens ? inline(token.tokens) : renderText(token.text as string, scope);
    case 'blockquote':
      return <blockquote dir="auto">{nested(token.tokens)}</blockquote>;
    case 'hr':
      return <hr />;
    case 'code': {
      const { text, lang, raw } = token as Tokens.Code;
      const growing = scope.growing === true && !/\n {0,3}(?:`{3,}|~{3,})\s*$/.test(raw.slice(-200));
      const language = plainName((lang ?? '').split(/[\s{,:]/)[0] ?? '').slice(0, 40);
      return <CodeBlock text={withoutCitations(text)} language={language} growing={growing} scope={scope} />;
    }
    case 'math':
      return <p dir="auto">{renderMath(token)}</p>;
    case 'note':
      return renderNote(token as Note, scope, depth);
    case 'list':
      return renderList(token as Tokens.List, scope, depth);
    case 'table':
      return renderTable(token as Tokens.Table, scope, depth);
    case 'html':
      return <p dir="auto" class="md-raw">{renderHtml(token.raw.trimEnd(), scope)}</p>;
    default:
      return renderInlineToken(token, scope, depth);
  }
}

function renderBlocks(tokens: readonly Token[], scope: MarkdownScope, depth: number): ComponentChildren {
  return tokens.map((token) => renderBlock(token, scope, depth));
}

function renderList(list: Tokens.List, scope: MarkdownScope, depth: number): ComponentChildren {
  const items = inRuns(list.items, {
    scope,
    weigh,
    // Items have no `dir`: the browser ignores children with one when it determines the list's direction, which places the markers.
    draw: (item) => (
      <li class={item.task ? 'md-task' : undefined}>
        {item.task && <input type="checkbox" checked={item.checked === true} disabled aria-label={item.text.slice(0, 80)} />}
        {item.tokens.filter((token) => token.type !== 'checkbox').map((token) => renderBlock(token, scope, depth + 1))}
      </li>
    ),
  });
  if (!list.ordered) return <ul dir="auto">{items}</ul>;
  return (
    <ol dir="auto" start={list.start === '' ? 1 : list.start}>
      {items}
    </ol>
  );
}

/** A long table is drawn as several tables with the same head, as if printed on several pages. */
function renderTable(table: Tokens.Table, scope: MarkdownScope, depth: number): ComponentChildren {
  const cell = (Tag: 'th' | 'td') => (content: Tokens.TableCell) => (
    <Tag dir="auto" data-align={content.align ?? undefined} scope={Tag === 'th' ? 'col' : undefined}>
      {renderInline(content.tokens, scope, depth + 1)}
    </Tag>
  );
  const sheets: Tokens.TableCell[][][] = [];
  for (let start = 0; start === 0 || start < table.rows.length; start += SHEET_ROWS) sheets.push(table.rows.slice(start, start + SHEET_ROWS));
  return sheets.map((rows, index) => (
    <div key={index} class="md-table" tabIndex={0}>
      <table>
        <thead>
          <tr>{table.header.map(cell('th'))}</tr>
        </thead>
        <tbody>
          {inRuns(rows, { scope, weigh: weighRow, draw: (row) => <tr>{row.map(cell('td'))}</tr> })}
        </tbody>
      </table>
    </div>
  ));
}

function weighRow(row: readonly Tokens.TableCell[]): number {
  return row.reduce((sum, { tokens }) => tokens.reduce((inner, token) => inner + weigh(token), sum + 1), 1);
}

export function renderInline(tokens: readonly Token[], scope: MarkdownScope, depth = 0): ComponentChildren {
  const draw = (token: Token) => renderInlineToken(token, scope, depth);
  if (tokens.length <= LONG_LINE) return tokens.map(draw);
  const parts = partsOf(tokens);
  if (parts.length === 1) return inRuns(tokens, { scope, weigh, draw });
  return parts.map((part, index) => (
    <span key={index} class="md-part">
      {inRuns(part, { scope, weigh, draw })}
    </span>
  ));
}

/** Splits tokens into parts that are laid out separately. Appended tokens only change the last part. */
function partsOf(tokens: readonly Token[]): (readonly Token[])[] {
  const parts: Token[][] = [];
  let length = PART;
  let all = 0;
  for (const token of tokens) {
    if (length >= PART) {
      parts.push([]);
      length = 0;
    }
    parts.at(-1)?.push(token);
    length += token.raw.length;
    all += token.raw.length;
  }
  return all > ENDLESS ? parts : [tokens];
}

function renderInlineToken(token: Token, scope: MarkdownScope, depth: number): ComponentChildren {
  if (depth > MAX_DEPTH) return token.raw;
  const inner = () => renderInline(('tokens' in token && token.tokens) || [], scope, depth + 1);
  switch (token.type) {
    case 'strong':
      return <strong>{inner()}</strong>;
    case 'em':
      return <em>{inner()}</em>;
    case 'del':
      return <del>{inner()}</del>;
    case 'codespan':
      return <code>{withoutCitations(token.text)}</code>;
    case 'br':
      return <br />;
    case 'link':
      return renderLink(token as Tokens.Link, scope, depth);
    case 'image':
      return <SafeImage src={withoutCitations(token.href)} alt={decodeEntities(token.text)} scope={scope} />;
    case 'html':
      return renderHtml(token.raw, scope);
    case 'escape':
      return token.text;
    case 'math':
      return renderMath(token);
    case 'noteMark':
      return <NoteMark name={(token as NoteMarkToken).name} />;
    case 'plain':
      return withEndless(withoutCitations(token.raw));
    case 'text':
      return token.tokens ? inner() : renderText(token.text, scope);
    default:
      return renderText(token.raw, scope);
  }
}

function renderLink(token: Tokens.Link, scope: MarkdownScope, depth: number): ComponentChildren {
  const link = readLink(withoutCitations(token.href));
  const content = renderInline(token.tokens, { ...scope, insideLink: true }, depth + 1);
  if (!link || scope.insideLink) return content;
  if (link.kind === 'deeplink') {
    return (
      <button type="button" class="md-link" onClick={() => scope.onDeeplink(link.name, link.data)}>
        {content}
      </button>
    );
  }
  return (
    <a href={link.href} title={plainName(link.host)} target="_blank" rel="noopener noreferrer nofollow">
      {content}
    </a>
  );
}

function renderMath(token: Token): ComponentChildren {
  const { tex, display } = token as MathToken;
  return <Formula tex={withoutCitations(tex)} display={display} />;
}

function renderNote(token: Note, scope: MarkdownScope, depth: number): ComponentChildren {
  return <NoteBody name={token.name}>{renderInline(token.tokens ?? [], scope, depth + 1)}</NoteBody>;
}

/** Tables need `<br>`, which is the only tag that is honoured. Any other tag is shown as text. */
function renderHtml(raw: string, scope: MarkdownScope): ComponentChildren {
  return /^<br\s*\/?>$/i.test(raw) ? <br /> : renderText(raw, scope);
}

function renderText(text: string, scope: MarkdownScope): ComponentChildren {
  // A link's text must not look like a different address than the one it leads to.
  const shown = (part: string) => withEndless(scope.insideLink ? plainName(decodeEntities(part)) : decodeEntities(part));
  const parts = splitCitations(text);
  if (parts.length === 1 && typeof parts[0] === 'string') return shown(parts[0]);
  return parts.map((part) => (typeof part === 'number' ? scope.renderCitation(part) : shown(part)));
}

function withEndless(text: string): ComponentChildren {
  return hasEndlessWord(text) ? <span class="endless">{text}</span> : text;
}

// A Markdown text that may still be growing.

import { Component } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { NO_BLOCKS, readBlocks, type Block } from './blocks.ts';
import { Drawing, DrawingContext, weigh } from './drawing.ts';
import { renderBlock } from './render.tsx';
import { inRuns } from './runs.tsx';
import { addStyles } from '../styles/sheet.ts';
import { warmUp } from './warm-up.ts';
import css from './markdown.css';
import type { MarkdownScope } from './markdown-scope.ts';

addStyles(css);
warmUp();

export interface MarkdownProps {
  text: string;
  /** More text may follow. */
  growing: boolean;
  scope: MarkdownScope;
}

export function MarkdownDocument({ text, growing, scope }: MarkdownProps) {
  const read = useRef(NO_BLOCKS);
  const wasGrowing = useRef(growing);
  const ended = wasGrowing.current && !growing;
  wasGrowing.current = growing;
  read.current = readBlocks(text, read.current, ended);
  const last = read.current.blocks.length - 1;
  const drawing = useMemo(() => new Drawing(), []);
  const lastScope = useMemo(() => (growing ? { ...scope, growing } : scope), [scope, growing]);
  return (
    <div class="md">
      <DrawingContext.Provider value={drawing}>
        {inRuns(read.current.blocks, {
          scope,
          lastScope,
          weigh: ({ token }) => (token ? weigh(token) : 1),
          draw: (block, index) => <MarkdownBlock key={index} block={block} scope={index === last ? lastScope : scope} />,
        })}
      </DrawingContext.Provider>
    </div>
  );
}

interface BlockProps {
  block: Block;
  scope: MarkdownScope;
}

/** A block is drawn again only if its own source has changed. */
class MarkdownBlock extends Component<BlockProps> {
  override shouldComponentUpdate(next: BlockProps): boolean {
    return next.block !== this.props.block || next.scope !== this.props.scope;
  }

  override render({ block, scope }: BlockProps) {
    if (!block.token) return <RawText text={block.raw} />;
    return renderBlock(block.token, scope);
  }
}

const RAW_PIECE = 4000;

/** Draws text in pieces, so that only those in view are laid out. */
function RawText({ text }: { text: string }) {
  const pieces = Array.from({ length: Math.ceil(text.length / RAW_PIECE) }, (_, index) => text.slice(index * RAW_PIECE, (index + 1) * RAW_PIECE));
  return (
    <>
      {pieces.map((piece) => (
        <div class="md-raw md-raw-piece endless">{piece}</div>
      ))}
    </>
  );
}

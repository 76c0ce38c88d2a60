// The reader's own words, as they wrote them: never Markdown.

import { useState } from 'preact/hooks';
import { Icon } from '../../icons/icon.tsx';
import type { Attachment } from '../../protocol/attachment.ts';
import type { InputTag, UserMessageItem } from '../../protocol/item.ts';
import { hasEndlessWord, plainName } from '../../safety/safe-text.ts';
import { readImage } from '../../safety/url.ts';
import { labelOf } from '../../state/draft.ts';
import { entityOfTag } from '../../state/entity.ts';
import { useComposer, useTranslate } from '../context.ts';
import { EntityView } from '../entities/entity-view.tsx';
import { ImageViewer } from './image-viewer.tsx';

interface Props {
  item: UserMessageItem;
  sending: boolean;
}

export function UserMessage({ item, sending }: Props) {
  const t = useTranslate();
  const written = item.content.some((part) => part.text.trim() !== '');
  return (
    <article class={`message is-user${sending ? ' is-sending' : ''}`} part="message user-message" data-question="" data-row="">
      <h3 class="visually-hidden">{t('message.you')}</h3>
      {item.attachments.length > 0 && (
        <div class="sent-files">
          {item.attachments.map((attachment) => (
            <SentAttachment key={attachment.id} attachment={attachment} />
          ))}
        </div>
      )}
      {item.quoted_text && (
        <blockquote class={`sent-quote${hasEndlessWord(item.quoted_text) ? ' endless' : ''}`} dir="auto" aria-label={t('message.quote')}>
          {item.quoted_text}
        </blockquote>
      )}
      {written && (
        <div class={`bubble${item.content.some(isLong) ? ' is-long' : ''}${item.content.some(({ text }) => hasEndlessWord(text)) ? ' endless' : ''}`} part="bubble" dir="auto">
          {item.content.map((part, index) => (part.type === 'input_tag' ? <Tag key={index} tag={part} /> : isLong(part) ? inPieces(part.text) : part.text))}
        </div>
      )}
    </article>
  );
}

/** A text longer than this is laid out in pieces, and only those in view. */
const LONG_TEXT = 20_000;
const PIECE = 4000;

const isLong = ({ text }: { text: string }) => text.length > LONG_TEXT;

function inPieces(text: string) {
  const pieces: string[] = [];
  for (let start = 0; start < text.length; ) {
    const line = text.lastIndexOf('\n', start + PIECE) + 1;
    const end = line > start ? line : start + PIECE;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces.map((piece, index) => (
    <span key={index} class="bubble-piece">
      {piece}
    </span>
  ));
}

function Tag({ tag }: { tag: InputTag }) {
  return (
    <EntityView entity={entityOfTag(tag)} class="tag" part="tag">
      {labelOf(tag)}
    </EntityView>
  );
}

function SentAttachment({ attachment }: { attachment: Attachment }) {
  const { attachments } = useComposer();
  const t = useTranslate();
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  const name = plainName(attachment.name);
  const preview = attachments.previewOf(attachment);
  // The address comes from the server that stores the picture, so only the page's own policy restricts it.
  const image = preview ? readImage(preview, { allowedDomains: undefined, unlisted: 'shown' }) : null;
  if (attachment.type !== 'image' || image?.kind !== 'shown' || failed) {
    return (
      <div class="sent-file">
        <Icon name={attachment.type === 'image' ? 'square-image' : 'document'} />
        <bdi>{name}</bdi>
      </div>
    );
  }
  return (
    <>
      <button type="button" class="sent-image" aria-label={t('attachment.view', { name })} onClick={() => setOpen(true)}>
        <img src={image.src} alt={name} decoding="async" onError={() => setFailed(true)} />
      </button>
      {open && <ImageViewer src={image.src} name={name} onClose={() => setOpen(false)} />}
    </>
  );
}

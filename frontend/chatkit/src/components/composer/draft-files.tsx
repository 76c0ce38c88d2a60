// The files of the draft, and what is wrong with those that were not taken.

import { Icon } from '../../icons/icon.tsx';
import { IconButton } from '../../parts/icon-button.tsx';
import type { DraftFile, RefusedFile } from '../../state/attachments.ts';
import { fileSize, percentage } from '../../i18n/format.ts';
import type { Translate } from '../../i18n/translate.ts';
import { plainName } from '../../safety/safe-text.ts';
import { useComposer, useLanguage, useTranslate } from '../context.ts';

export function DraftFiles() {
  const { attachments } = useComposer();
  const language = useLanguage();
  const t = useTranslate();
  const files = attachments.files.value;
  const refused = attachments.refused.value;
  const failed = files.filter((file) => file.state === 'failed');
  if (files.length === 0 && refused.length === 0) return null;
  return (
    <div class="draft">
      {files.length > 0 && (
        <ul class="draft-files" aria-label={t('composer.attachments')}>
          {files.map((file) => (
            <FileChip key={file.key} file={file} />
          ))}
        </ul>
      )}
      <div class="draft-errors" role="alert">
        {failed.map((file) => (
          <p key={file.key}>
            <Icon name="warning" />
            <span>{t('attachment.failed', { name: plainName(file.name), reason: file.error ?? t('attachment.error') })}</span>
          </p>
        ))}
        {refused.map((file) => (
          <p key={file.key}>
            <Icon name="warning" />
            <span>{reasonOf(file, language.tag.value, t)}</span>
            <IconButton
              size="sm"
              icon="close"
              label={t('attachment.dismiss')}
              onClick={() => attachments.dismissRefused(file.key)}
            />
          </p>
        ))}
      </div>
    </div>
  );
}

function FileChip({ file }: { file: DraftFile }) {
  const { attachments } = useComposer();
  const language = useLanguage();
  const t = useTranslate();
  const name = plainName(file.name);
  const uploading = file.state === 'uploading';
  const removeLabel = t(uploading ? 'attachment.cancel' : 'attachment.remove', { name });
  return (
    <li class={`file is-${file.state}${file.previewUrl ? ' is-picture' : ''}`} title={name}>
      {file.previewUrl ? (
        <img src={file.previewUrl} alt={name} />
      ) : (
        <span class="file-name">
          <Icon name="document" />
          <bdi>{name}</bdi>
        </span>
      )}
      {uploading && <ProgressRing value={file.progress} label={t('attachment.uploading', { name, percent: percentage(language.tag.value, file.progress) })} />}
      {file.state === 'failed' && (
        <IconButton
          size="sm"
          icon="reload"
          class="file-retry"
          label={t('attachment.retry', { name })}
          onClick={() => attachments.retry(file.key)}
        />
      )}
      <IconButton size="sm" icon="close" class="file-remove" label={removeLabel} onClick={() => attachments.remove(file.key)} />
    </li>
  );
}

const RING_LENGTH = 2 * Math.PI * 9;

function ProgressRing({ value, label }: { value: number; label: string }) {
  // All bytes are sent long before the server answers, and the ring must not look finished until then.
  const shown = Math.min(value, 0.96);
  return (
    <span class="file-progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(shown * 100)}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="9" />
        <circle class="ring" cx="12" cy="12" r="9" style={{ strokeDasharray: `${RING_LENGTH * Math.max(shown, 0.06)} ${RING_LENGTH}` }} />
      </svg>
    </span>
  );
}

function reasonOf({ name, refusal }: RefusedFile, locale: string, t: Translate): string {
  const shown = plainName(name);
  switch (refusal.reason) {
    case 'type':
      return t('attachment.type', { name: shown });
    case 'empty':
      return t('attachment.empty', { name: shown });
    case 'size':
      return t('attachment.size', { name: shown, limit: fileSize(locale, refusal.limit) });
    case 'count':
      return t('attachment.count', { n: refusal.limit });
  }
}

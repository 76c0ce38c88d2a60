// Badges, icons and pictures.

import { useState } from 'preact/hooks';
import { Icon as IconView } from '../icons/icon.tsx';
import { oneOf, safeColor, safeFlex, safeRadius } from '../safety/style.ts';
import { readImage } from '../safety/url.ts';
import { clean, sizeStyle, spaceStyle } from './box-style.ts';
import type { NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';

const BADGE_COLORS = ['secondary', 'success', 'danger', 'warning', 'info', 'discovery'] as const;
const ICON_SIZES: Readonly<Record<string, string>> = {
  xs: '14px', sm: '16px', md: '18px', lg: '20px', xl: '24px', '2xl': '28px', '3xl': '32px',
};
const POSITIONS = [
  'top left', 'top', 'top right', 'left', 'center', 'right', 'bottom left', 'bottom', 'bottom right',
] as const;

export function Badge({ node }: NodeProps) {
  const color = oneOf(node.color, BADGE_COLORS) ?? 'secondary';
  const variant = oneOf(node.variant, ['solid', 'soft', 'outline']) ?? 'soft';
  const size = oneOf(node.size, ['sm', 'md', 'lg']) ?? 'sm';
  const pill = node.pill === true ? ' is-pill' : '';
  return (
    <span class={`w-badge is-${color} is-${variant} is-${size}${pill}`} dir="auto">
      {String(node.label ?? '')}
    </span>
  );
}

export function Icon({ node }: NodeProps) {
  const size = typeof node.size === 'string' ? ICON_SIZES[node.size] : undefined;
  return (
    <span class="w-icon" style={clean({ color: safeColor(node.color, 'text'), '--icon-size': size })}>
      <IconView name={String(node.name ?? '')} />
    </span>
  );
}

export function Image({ node }: NodeProps) {
  const { markdown } = useWidget();
  const [wanted, setWanted] = useState(false);
  const [failed, setFailed] = useState(false);
  const src = typeof node.src === 'string' ? node.src : '';
  const image = readImage(src, { ...markdown.images, unlisted: 'shown' });
  const alt = typeof node.alt === 'string' ? node.alt : '';
  const flags = `${node.frame === true ? ' is-framed' : ''}${node.flush === true ? ' is-flush' : ''}`;
  const style = clean({
    ...sizeStyle(node),
    ...spaceStyle('margin', node.margin),
    flex: safeFlex(node.flex),
    background: safeColor(node.background, 'background'),
    objectFit: oneOf(node.fit, ['cover', 'contain', 'fill', 'scale-down', 'none']),
    objectPosition: oneOf(node.position, POSITIONS),
    borderRadius: safeRadius(node.radius),
  });
  if (!image || failed) {
    return (
      <span class={`w-image is-missing${flags}`} style={style} role={alt === '' ? undefined : 'img'} aria-label={alt || undefined}>
        <IconView name="square-image" />
      </span>
    );
  }
  if (image.kind === 'blocked' && !wanted) {
    const label = markdown.t('image.blocked', { host: image.host });
    return (
      <button type="button" class={`w-image is-missing${flags}`} style={style} onClick={() => setWanted(true)}>
        <IconView name="square-image" />
        <small>{`${label} · ${markdown.t('image.load')}`}</small>
      </button>
    );
  }
  return (
    <img
      class={`w-image${flags}`}
      src={image.src}
      alt={alt}
      loading="lazy"
      decoding="async"
      referrerPolicy="no-referrer"
      draggable={false}
      style={style}
      onError={() => setFailed(true)}
    />
  );
}

// Badges, icons and pictures.

import { useState } from 'preact/hooks';
import { Icon as IconView } from '../icons/icon.tsx';
import { readBadgeProps, readIconProps, readImageProps, type IconProps } from '../protocol/generated/widgets.ts';
import { safeColor, safeFlex, safeRadius } from '../safety/style.ts';
import { readImage } from '../safety/url.ts';
import { clean, sizeStyle, spaceStyle } from './box-style.ts';
import type { NodeProps } from './registry.ts';
import { useWidget } from './widget-scope.ts';

const ICON_SIZES: Readonly<Record<NonNullable<IconProps['size']>, string>> = {
  xs: '14px', sm: '16px', md: '18px', lg: '20px', xl: '24px', '2xl': '28px', '3xl': '32px',
};

export function Badge({ node }: NodeProps) {
  const { label, color = 'secondary', variant = 'soft', size = 'sm', pill } = readBadgeProps(node);
  return (
    <span class={`w-badge is-${color} is-${variant} is-${size}${pill ? ' is-pill' : ''}`} dir="auto">
      {label}
    </span>
  );
}

export function Icon({ node }: NodeProps) {
  const { name = '', color, size } = readIconProps(node);
  return (
    <span class="w-icon" style={clean({ color: safeColor(color, 'text'), '--icon-size': size && ICON_SIZES[size] })}>
      <IconView name={name} />
    </span>
  );
}

export function Image({ node }: NodeProps) {
  const { markdown } = useWidget();
  const [wanted, setWanted] = useState(false);
  const [failed, setFailed] = useState(false);
  const props = readImageProps(node);
  const { src = '', alt = '' } = props;
  const image = readImage(src, { ...markdown.images, unlisted: 'shown' });
  const flags = `${props.frame ? ' is-framed' : ''}${props.flush ? ' is-flush' : ''}`;
  const style = clean({
    ...sizeStyle(props),
    ...spaceStyle('margin', props.margin),
    flex: safeFlex(props.flex),
    background: safeColor(props.background, 'background'),
    objectFit: props.fit,
    objectPosition: props.position,
    borderRadius: safeRadius(props.radius),
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

// Decides which addresses may become links and pictures. Everything else stays text.

export type Link =
  | { kind: 'web'; href: string; host: string }
  | { kind: 'deeplink'; name: string; data: Record<string, string> };

const LINK_PROTOCOLS: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:', 'tel:']);
const MAX_URL_LENGTH = 8192;
const MAX_DATA_URL_LENGTH = 4 * 1024 * 1024;

/** Absolute http, https, mailto and tel addresses, and deeplinks of the page. Relative ones are not links. */
export function readLink(raw: string): Link | null {
  const url = parse(raw);
  if (!url) return null;
  if (url.protocol === 'chatkit-link:') {
    return { kind: 'deeplink', name: url.host || url.pathname, data: Object.fromEntries(url.searchParams) };
  }
  if (!LINK_PROTOCOLS.has(url.protocol)) return null;
  // Credentials in front of the host are there to deceive.
  if (url.username !== '' || url.password !== '') return null;
  return { kind: 'web', href: url.href, host: url.host || url.pathname };
}

export type ImageSource = { kind: 'shown'; src: string } | { kind: 'blocked'; src: string; host: string } | null;

export interface ImagePolicy {
  /** Hosts that the thread allows, including their subdomains. */
  allowedDomains: readonly string[] | undefined;
  /** What to do with other hosts if the thread has no list. */
  unlisted: 'blocked' | 'shown';
}

/**
 * A picture's address can leak the conversation to a foreign host. Pictures from our own origin and data or blob
 * rasters are shown. For other hosts the policy decides.
 */
export function readImage(raw: string, policy: ImagePolicy): ImageSource {
  if (typeof raw !== 'string') return null;
  if (/^data:/i.test(raw)) return isDataPicture(raw) ? { kind: 'shown', src: raw } : null;
  const url = parse(raw, document.baseURI);
  if (!url) return null;
  if (url.protocol === 'blob:') return url.origin === location.origin ? { kind: 'shown', src: url.href } : null;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  if (url.origin === location.origin) return { kind: 'shown', src: url.href };
  const allowed = policy.allowedDomains
    ? policy.allowedDomains.some((domain) => covers(domain, url.hostname))
    : policy.unlisted === 'shown';
  return allowed ? { kind: 'shown', src: url.href } : { kind: 'blocked', src: url.href, host: url.host };
}

/** `example.com` covers itself and `img.example.com`, not `badexample.com`. */
export function covers(domain: string, host: string): boolean {
  const wanted = domain.trim().toLowerCase().replace(/^\*?\.+/, '');
  return wanted !== '' && (host === wanted || host.endsWith(`.${wanted}`));
}

/** As the source of an `<img>` a vector image can neither run scripts nor load anything. */
function isDataPicture(raw: string): boolean {
  return raw.length <= MAX_DATA_URL_LENGTH && /^data:image\/(?:png|jpe?g|gif|webp|avif|bmp|svg\+xml)[;,]/i.test(raw);
}

function parse(raw: string, base?: string): URL | null {
  if (typeof raw !== 'string' || raw.length > MAX_URL_LENGTH) return null;
  try {
    return new URL(raw.trim(), base);
  } catch {
    return null;
  }
}

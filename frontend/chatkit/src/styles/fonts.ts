// Loads the page's web fonts. Rules for fonts do nothing inside a shadow root, so they go to the document.

import type { FontObject } from '@openai/chatkit';

const loaded = new Set<string>();

export function loadFonts(sources: readonly FontObject[]): void {
  for (const source of sources) {
    const url = webUrl(source.src);
    const identity = JSON.stringify(source);
    if (!url || loaded.has(identity)) continue;
    loaded.add(identity);
    let face: FontFace;
    try {
      face = new FontFace(source.family, `url(${JSON.stringify(url)})`, {
        weight: source.weight === undefined ? undefined : String(source.weight),
        style: source.style,
        display: source.display,
        unicodeRange: source.unicodeRange,
      });
    } catch {
      // The browser does not understand a descriptor, so skip this font.
      continue;
    }
    document.fonts.add(face);
    // If a font cannot be loaded, the system font stays in use.
    face.load().catch(() => document.fonts.delete(face));
  }
}

function webUrl(src: string): string | null {
  try {
    const url = new URL(src, document.baseURI);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}

// Finds the drawing of a ChatKit icon. Rarely used drawings are loaded when they are first needed.

import { signal, type Signal } from '@preact/signals';
import { drawings, loadNamed, lucideShards, type Drawing, type Drawings } from 'virtual:icons';

interface Shelf {
  readonly contents: Signal<Drawings | null>;
  request(): void;
}

const NOTHING: Drawings = {};

function shelf(load: () => Promise<{ drawings: Drawings }>): Shelf {
  const contents = signal<Drawings | null>(null);
  let requested = false;
  const request = () => {
    if (requested) return;
    requested = true;
    load().then(
      (loaded) => (contents.value = loaded.drawings),
      // Show neutral dots for now. The next lookup tries again.
      () => {
        requested = false;
        contents.value = NOTHING;
      },
    );
  };
  return { contents, request };
}

const named = shelf(loadNamed);
const shards = new Map(Object.entries(lucideShards).map(([letter, load]) => [letter, shelf(load)]));

/**
 * The drawing, or null while it is being loaded. Unknown names give a neutral dot, and vendor marks a globe.
 * It reads a signal, so a component that calls it is drawn again when the drawing has been loaded.
 */
export function drawingOf(name: string): Drawing | null | undefined {
  if (name.startsWith('vendor:')) return drawings.globe;
  const bare = name.startsWith('lucide:') ? name.slice('lucide:'.length) : name;
  if (name === bare) {
    const known = ownOf(drawings, bare) ?? lookUp(named, bare);
    if (known !== undefined) return known;
  }
  // Servers choose the icon names of progress and tasks freely, and most of them are lucide's.
  const shard = shards.get(bare.charAt(0));
  const found = shard && /^[a-z0-9-]{1,60}$/.test(bare) ? lookUp(shard, bare) : undefined;
  return found === undefined ? drawings.dot : found;
}

/** Undefined if the shelf has no such drawing, null if that is not known yet. */
function lookUp(from: Shelf, name: string): Drawing | null | undefined {
  const contents = from.contents.value;
  if (contents === null) {
    from.request();
    return null;
  }
  return ownOf(contents, name);
}

function ownOf(from: Drawings, name: string): Drawing | undefined {
  return Object.hasOwn(from, name) ? from[name] : undefined;
}

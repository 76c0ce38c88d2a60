// Chooses a text colour that can be read on a given one.

/** White or nearly black, whichever can be read on the colour. */
export function readableOn(color: string): string {
  const luminance = luminanceOf(color);
  if (luminance === null) return 'white';
  const withWhite = 1.05 / (luminance + 0.05);
  // People expect white text on a strong colour, so white wins as long as it is readable.
  return withWhite >= 4.5 || withWhite >= (luminance + 0.05) / 0.05 ? 'white' : 'oklch(0.2 0 0)';
}

/** The colour, lightened or darkened until it is readable on `background`. */
export function standingOut(color: string, background: string, contrast: number): string {
  const channels = channelsOf(color);
  const towards = readableOn(background) === 'white' ? 255 : 0;
  if (!channels) return color;
  for (let share = 0; share < 1; share += 0.06) {
    const mixed = channels.map((value) => Math.round(value + (towards - value) * share));
    const candidate = share === 0 ? color : `rgb(${mixed.join(' ')})`;
    if (contrastOf(candidate, background) >= contrast) return candidate;
  }
  return readableOn(background);
}

/** The WCAG contrast of two colours, from 1 to 21. Colours that the browser does not know count as readable. */
export function contrastOf(one: string, other: string): number {
  const [a, b] = [luminanceOf(one), luminanceOf(other)];
  return a === null || b === null ? 21 : (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** WCAG's relative luminance, measured by the browser's own understanding of the colour. */
function luminanceOf(color: string): number | null {
  const channels = channelsOf(color);
  if (!channels) return null;
  const [red, green, blue] = channels.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(color: string): number[] | null {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) return null;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return Array.from(context.getImageData(0, 0, 1, 1).data.slice(0, 3));
}

// Chooses a text colour that can be read on a given one.

/** WCAG's relative luminance, measured by the browser's own understanding of the colour. */
export function readableOn(color: string): string {
  const channels = channelsOf(color);
  if (!channels) return 'white';
  const [red, green, blue] = channels.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const withWhite = 1.05 / (luminance + 0.05);
  // White is what people expect on a strong colour, so it wins while it can be read.
  return withWhite >= 4.5 || withWhite >= (luminance + 0.05) / 0.05 ? 'white' : 'oklch(0.2 0 0)';
}

function channelsOf(color: string): number[] | null {
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) return null;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return Array.from(context.getImageData(0, 0, 1, 1).data.slice(0, 3));
}

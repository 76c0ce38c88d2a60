// Paints a photograph of sorts, as a PNG: mountains behind mountains in the evening.

/** Painted by a page of Chromium, which has a canvas. */
export async function landscape(page, width = 960, height = 640) {
  const base64 = await page.evaluate(
    async ([width, height]) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d');
      const vertical = (stops) => {
        const gradient = context.createLinearGradient(0, 0, 0, height);
        stops.forEach(([at, color]) => gradient.addColorStop(at, color));
        return gradient;
      };
      context.fillStyle = vertical([[0, '#27406f'], [0.35, '#8a6f9e'], [0.55, '#f0a27c'], [0.7, '#ffd9a0']]);
      context.fillRect(0, 0, width, height);
      const glow = context.createRadialGradient(640, 330, 10, 640, 330, 300);
      glow.addColorStop(0, 'rgb(255 240 200 / 95%)');
      glow.addColorStop(0.14, 'rgb(255 232 180 / 90%)');
      glow.addColorStop(0.16, 'rgb(255 220 160 / 35%)');
      glow.addColorStop(1, 'rgb(255 220 160 / 0%)');
      context.fillStyle = glow;
      context.fillRect(0, 0, width, height);
      /** @type {[color: string, level: number, swing: number, phase: number][]} */
      const ridges = [
        ['#a06f85', 360, 70, 0.9], ['#6d5176', 410, 80, 2.3], ['#433b62', 470, 75, 4.1], ['#241f43', 540, 55, 5.7],
      ];
      for (const [color, level, swing, phase] of ridges) {
        context.fillStyle = color;
        context.beginPath();
        context.moveTo(0, height);
        for (let x = 0; x <= width; x += 4) {
          const wave = Math.sin(x / 170 + phase) + 0.5 * Math.sin(x / 61 + phase * 2) + 0.22 * Math.abs(Math.sin(x / 23 + phase * 3));
          context.lineTo(x, level - (swing * wave) / 1.6);
        }
        context.lineTo(width, height);
        context.fill();
      }
      const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    },
    [width, height],
  );
  return Buffer.from(base64, 'base64');
}

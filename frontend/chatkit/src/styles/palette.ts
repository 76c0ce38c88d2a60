// The primitive colours that widgets may name: eight hues on one ladder of lightness, in OKLCH.

const LIGHTNESS: Readonly<Record<string, number>> = {
  '25': 0.985, '50': 0.962, '75': 0.928, '100': 0.88, '200': 0.815, '300': 0.75, '400': 0.68, '500': 0.59,
  '600': 0.49, '700': 0.405, '800': 0.335, '900': 0.265, '950': 0.17, '1000': 0.14,
};

/** The hue, and the chroma at its most vivid step. */
const HUES: Readonly<Record<string, readonly [hue: number, chroma: number]>> = {
  red: [25, 0.215], orange: [47, 0.185], yellow: [88, 0.17], green: [152, 0.185], blue: [253, 0.18],
  purple: [298, 0.22], pink: [354, 0.205],
};

/** Yellow is vivid only where it is light, so its ladder is lighter than the others. */
const LIFT: Readonly<Record<string, number>> = { yellow: 0.1, orange: 0.03, green: 0.03 };

const VIVID_LIGHTNESS = 0.64;

/** Returns a name such as `blue-100` as a CSS colour, or null. Grays belong to the theme instead. */
export function primitiveColor(name: string): string | null {
  const [family = '', step = ''] = name.split('-');
  const hue = Object.hasOwn(HUES, family) ? HUES[family] : undefined;
  const lightness = Object.hasOwn(LIGHTNESS, step) ? LIGHTNESS[step] : undefined;
  if (!hue || lightness === undefined) return null;
  const lift = lightness < 0.9 ? (LIFT[family] ?? 0) : 0;
  const distance = lightness - VIVID_LIGHTNESS;
  const fade = distance > 0 ? 1 - distance / 0.37 : 1 + distance / 0.9;
  const chroma = Math.max(0, hue[1] * fade);
  return `oklch(${(lightness + lift).toFixed(3)} ${chroma.toFixed(4)} ${hue[0]})`;
}

/** The scheme in which text on this colour can be read; null for steps in the middle. */
export function schemeOn(name: string): 'light' | 'dark' | null {
  const step = Number(name.split('-')[1] ?? Number.NaN);
  if (!primitiveColor(name)) return null;
  if (step <= 300) return 'light';
  return step >= 500 ? 'dark' : null;
}

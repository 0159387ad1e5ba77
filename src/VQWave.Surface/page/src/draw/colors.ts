// Colours of the drawings; the rest of the page takes its own from style/base.css, which must agree.

export const STAGE = "#07090c";
export const HEAD = "#ffffff";
export const ACCENT = "#7fd7ff";
export const OK = "#57c98b";
export const WARM = "#ffb454";
export const BAD = "#ff6b6b";
export const LINE = "#39424d";

/** From silence to full scale, as on most spectrograms: black, violet, red, yellow, white. */
const HEAT = [
  [0, 7, 9, 12],
  [0.22, 32, 17, 66],
  [0.42, 96, 24, 112],
  [0.6, 176, 42, 98],
  [0.75, 236, 92, 58],
  [0.88, 252, 174, 62],
  [1, 255, 250, 205],
] as const;

/** 256 colours as the bytes of image data lie in memory: red, green, blue, opaque. */
export function heatTable(): Uint8ClampedArray {
  const table = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const share = i / 255;
    const upper = Math.max(1, HEAT.findIndex((stop) => stop[0] >= share));
    const [a, b] = [HEAT[upper - 1]!, HEAT[upper]!];
    const mix = (share - a[0]) / (b[0] - a[0]);
    for (let channel = 0; channel < 3; channel++) {
      const [from, to] = [a[channel + 1]!, b[channel + 1]!];
      table[4 * i + channel] = from + (to - from) * mix;
    }
    table[4 * i + 3] = 255;
  }
  return table;
}

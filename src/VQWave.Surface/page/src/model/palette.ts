// The colours of the codes: near codes in the codebook have near colours. The player computes them; here they become CSS colours.

/** Colours of one level's codes, ready to be handed to a canvas. */
export interface LevelColors {
  compression: number;
  css: string[];
}

export interface PaletteDocument {
  levels: { compression: number; colors: string }[];
}

/** Decodes base64 of three bytes (red, green, blue) for each code. */
export function decodeColors(base64: string): string[] {
  const bytes = atob(base64);
  const css: string[] = [];
  for (let i = 0; i + 2 < bytes.length; i += 3) {
    css.push(hex(bytes.charCodeAt(i), bytes.charCodeAt(i + 1), bytes.charCodeAt(i + 2)));
  }
  return css;
}

export function decodePalette(document: PaletteDocument): LevelColors[] {
  return document.levels.map((level) => ({ compression: level.compression, css: decodeColors(level.colors) }));
}

/** Greys in the place of a palette that is not there: brighter for higher numbers, which says nothing about sound. */
export function greyColors(count: number): string[] {
  return Array.from({ length: count }, (_, code) => {
    const value = 70 + Math.round((150 * code) / Math.max(1, count - 1));
    return hex(value, value, value);
  });
}

/** The player's palette as it now is; the rejected promise says what the server answered. */
export async function fetchPalette(): Promise<LevelColors[]> {
  const answer = await fetch("api/palette", { cache: "no-store" });
  if (!answer.ok) {
    throw new Error(`The colours of the codes could not be read (${answer.status}).`);
  }
  return decodePalette((await answer.json()) as PaletteDocument);
}

function hex(red: number, green: number, blue: number): string {
  return `#${((1 << 24) | (red << 16) | (green << 8) | blue).toString(16).slice(1)}`;
}

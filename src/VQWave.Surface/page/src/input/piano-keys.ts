// How keys lie: on a piano, and on a computer's keyboard, by the place of a key and not by the letter on it.

/** Semitones above C of the computer's keys: the middle row is white, the row above it black. */
const ROW = ["KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ", "KeyK", "KeyO", "KeyL", "KeyP", "Semicolon", "Quote"];

const WHITE = [0, 2, 4, 5, 7, 9, 11];

export interface PianoKey {
  note: number;
  black: boolean;
  /** The left edge and the width, as shares of the keyboard's width. */
  left: number;
  width: number;
}

/** Semitones above the lowest C of a computer's key by its code, or null where it plays nothing. */
export function offsetOfKey(code: string): number | null {
  const offset = ROW.indexOf(code);
  return offset < 0 ? null : offset;
}

/** The computer's key of an offset, as it is labelled on most keyboards; empty where there is none. */
export function letterOf(offset: number): string {
  const code = ROW[offset];
  return code === undefined ? "" : code.startsWith("Key") ? code.slice(3) : code === "Semicolon" ? ";" : "'";
}

export function isBlack(note: number): boolean {
  return !WHITE.includes(((note % 12) + 12) % 12);
}

/**
 * The keys of a piano.
 * @param start the lowest note, a white key
 * @param whites how many white keys there are
 */
export function layPiano(start: number, whites: number): PianoKey[] {
  const keys: PianoKey[] = [];
  const width = 1 / whites;
  let white = 0;
  for (let note = start; note <= 127 && white < whites + 1; note++) {
    if (isBlack(note)) {
      if (white < whites && white > 0) {
        keys.push({ note, black: true, left: (white - 0.31) * width, width: 0.62 * width });
      }
    } else {
      if (white < whites) {
        keys.push({ note, black: false, left: white * width, width });
      }
      white++;
    }
  }
  return keys;
}

// The made-up player's binary messages. Written apart from the page's reader, so that each is a check of the other.

export interface MockTick {
  heard: number;
  flags: number;
  piece: number;
  number: number;
  position: number;
  ring: number;
  load: number;
  peak: number;
  rms: number;
  lanes: { codes: number[]; temperature: number; first: number }[];
}

export function tickFrame(tick: MockTick): Buffer {
  const head = Buffer.alloc(40);
  head.writeUInt8(1, 0);
  head.writeUInt8(tick.lanes.length, 1);
  head.writeUInt8(tick.heard, 2);
  head.writeUInt8(tick.flags, 3);
  head.writeUInt32LE(tick.piece, 4);
  head.writeDoubleLE(tick.number, 8);
  head.writeDoubleLE(tick.position, 16);
  head.writeFloatLE(tick.ring, 24);
  head.writeFloatLE(tick.load, 28);
  head.writeFloatLE(tick.peak, 32);
  head.writeFloatLE(tick.rms, 36);
  const lanes = tick.lanes.map((lane) => {
    const bytes = Buffer.alloc(16 + 2 * lane.codes.length);
    bytes.writeUInt16LE(lane.codes.length, 0);
    bytes.writeFloatLE(lane.temperature, 4);
    bytes.writeDoubleLE(lane.first, 8);
    lane.codes.forEach((code, i) => bytes.writeUInt16LE(code, 16 + 2 * i));
    return bytes;
  });
  return Buffer.concat([head, ...lanes]);
}

const BINS = 160;
const LOW = 40;
const HIGH = 11025;

/** A few voices with overtones that follow the codes, over some noise. */
export function spectrumFrame(first: number, columns: number, secondsPerColumn: number, walk: readonly number[]): Buffer {
  const frame = Buffer.alloc(28 + columns * BINS);
  frame.writeUInt8(2, 0);
  frame.writeUInt16LE(columns, 2);
  frame.writeUInt16LE(BINS, 4);
  frame.writeFloatLE(secondsPerColumn, 8);
  frame.writeFloatLE(LOW, 12);
  frame.writeFloatLE(HIGH, 16);
  frame.writeDoubleLE(first * secondsPerColumn, 20);
  for (let column = 0; column < columns; column++) {
    const time = (first + column) * secondsPerColumn;
    const beat = Math.exp(-((time * 2) % 1) * 3);
    for (let bin = 0; bin < BINS; bin++) {
      const hz = LOW * (HIGH / LOW) ** (bin / (BINS - 1));
      let level = 20 + 20 * Math.random() * beat;
      for (let voice = 0; voice < 3; voice++) {
        const root = 110 * 2 ** (Math.round((walk[voice]! / 1024) * 24) / 12);
        const order = Math.max(1, Math.round(hz / root));
        const distance = Math.abs(Math.log2(hz / (order * root))) * 90;
        if (order < 9) {
          level = Math.max(level, 210 - 14 * order - 60 * (1 - beat) - 22 * distance);
        }
      }
      frame.writeUInt8(Math.max(0, Math.min(255, Math.round(level))), 28 + column * BINS + bin);
    }
  }
  return frame;
}

// The player's binary messages: a tick of codes, 43 a second, and columns of the spectrum. Decoded into objects that are used again,
// so that a running page makes no garbage of them.

export const TICK = 1;
export const SPECTRUM = 2;

const FROZEN = 1;
const LATE = 2;

export interface LaneTick {
  /** Codes written by this tick; the array is longer and used again. */
  codes: Uint16Array;
  count: number;
  temperature: number;
  /** Where the first code's first sample lies, on the axis of the tick's position. */
  first: number;
}

export interface Tick {
  levelHeard: number;
  frozen: boolean;
  late: boolean;
  piece: number;
  number: number;
  /** Samples at the model's rate that are written by the end of this tick. */
  position: number;
  ring: number;
  /** The time that the tick took, as a share of the time there is. */
  load: number;
  peak: number;
  rms: number;
  levels: LaneTick[];
}

export interface Spectrum {
  columns: number;
  bins: number;
  secondsPerColumn: number;
  lowHz: number;
  highHz: number;
  /** The device's time of the first column. */
  firstSeconds: number;
  /** columns × bins, low to high: 0 is -100 dB of full scale, 255 is 0 dB. */
  values: Uint8Array;
}

export function emptyTick(): Tick {
  return {
    levelHeard: 0,
    frozen: false,
    late: false,
    piece: 0,
    number: 0,
    position: 0,
    ring: 0,
    load: 0,
    peak: 0,
    rms: 0,
    levels: [],
  };
}

/** What kind of message a buffer holds: TICK, SPECTRUM or something newer that this page does not know. */
export function frameKind(data: ArrayBuffer): number {
  return data.byteLength > 0 ? new DataView(data).getUint8(0) : 0;
}

/** Reads a tick into `tick`. Throws a RangeError where the buffer is too short for what it announces. */
export function readTick(data: ArrayBuffer, tick: Tick): Tick {
  const view = new DataView(data);
  const levels = view.getUint8(1);
  tick.levelHeard = view.getUint8(2);
  const flags = view.getUint8(3);
  tick.frozen = (flags & FROZEN) !== 0;
  tick.late = (flags & LATE) !== 0;
  tick.piece = view.getUint32(4, true);
  tick.number = view.getFloat64(8, true);
  tick.position = view.getFloat64(16, true);
  tick.ring = view.getFloat32(24, true);
  tick.load = view.getFloat32(28, true);
  tick.peak = view.getFloat32(32, true);
  tick.rms = view.getFloat32(36, true);
  tick.levels.length = Math.min(tick.levels.length, levels);
  let at = 40;
  for (let i = 0; i < levels; i++) {
    at = readLane(view, at, laneOf(tick, i));
  }
  return tick;
}

/** Reads columns of the spectrum; `values` looks into the message's own buffer. */
export function readSpectrum(data: ArrayBuffer): Spectrum {
  const view = new DataView(data);
  const columns = view.getUint16(2, true);
  const bins = view.getUint16(4, true);
  return {
    columns,
    bins,
    secondsPerColumn: view.getFloat32(8, true),
    lowHz: view.getFloat32(12, true),
    highHz: view.getFloat32(16, true),
    firstSeconds: view.getFloat64(20, true),
    values: new Uint8Array(data, 28, columns * bins),
  };
}

function laneOf(tick: Tick, index: number): LaneTick {
  let lane = tick.levels[index];
  if (lane === undefined) {
    lane = { codes: new Uint16Array(64), count: 0, temperature: 0, first: 0 };
    tick.levels[index] = lane;
  }
  return lane;
}

function readLane(view: DataView, start: number, lane: LaneTick): number {
  const count = view.getUint16(start, true);
  lane.temperature = view.getFloat32(start + 4, true);
  lane.first = view.getFloat64(start + 8, true);
  if (count > lane.codes.length) {
    lane.codes = new Uint16Array(count);
  }
  const codes = start + 16;
  for (let i = 0; i < count; i++) {
    lane.codes[i] = view.getUint16(codes + 2 * i, true);
  }
  lane.count = count;
  return codes + 2 * count;
}

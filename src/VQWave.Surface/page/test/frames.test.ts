import { describe, expect, it } from "vitest";
import { spectrumFrame, tickFrame } from "../dev/mock-frames";
import { emptyTick, frameKind, readSpectrum, readTick, SPECTRUM, TICK } from "../src/model/frames";
import { RecentCodes } from "../src/model/recent-codes";

function buffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

const sent = {
  heard: 2,
  flags: 3,
  piece: 70000,
  number: 123456,
  position: 2 ** 33 + 512,
  ring: 640,
  load: 0.5,
  peak: 0.25,
  rms: 0.125,
  lanes: [
    { codes: [1023], temperature: 1.5, first: 2 ** 33 + 2048 },
    { codes: [1, 2, 3, 4], temperature: 0.5, first: 2 ** 33 + 1024 },
    { codes: [], temperature: 0, first: 0 },
  ],
};

describe("a tick", () => {
  it("is read as it was written", () => {
    const data = buffer(tickFrame(sent));
    expect(frameKind(data)).toBe(TICK);
    const tick = readTick(data, emptyTick());
    expect(tick).toMatchObject({ levelHeard: 2, frozen: true, late: true, piece: 70000, number: 123456, position: sent.position, ring: 640, load: 0.5, peak: 0.25, rms: 0.125 });
    expect(tick.levels.map((lane) => [...lane.codes.subarray(0, lane.count)])).toEqual([[1023], [1, 2, 3, 4], []]);
    expect(tick.levels.map((lane) => lane.first)).toEqual([sent.position - 512 + 2048, sent.position - 512 + 1024, 0]);
    expect(tick.levels[0]!.temperature).toBe(1.5);
  });

  it("uses its arrays again, and follows a pack with fewer levels", () => {
    const tick = readTick(buffer(tickFrame(sent)), emptyTick());
    const codes = tick.levels[0]!.codes;
    readTick(buffer(tickFrame({ ...sent, lanes: sent.lanes.slice(0, 1) })), tick);
    expect(tick.levels).toHaveLength(1);
    expect(tick.levels[0]!.codes).toBe(codes);
  });

  it("takes more codes than there was room for", () => {
    const codes = Array.from({ length: 300 }, (_, i) => i);
    const tick = readTick(buffer(tickFrame({ ...sent, lanes: [{ codes, temperature: 1, first: 0 }] })), emptyTick());
    expect([...tick.levels[0]!.codes.subarray(0, 300)]).toEqual(codes);
  });

  it("that is cut off is refused", () => {
    expect(() => readTick(buffer(tickFrame(sent)).slice(0, 70), emptyTick())).toThrow(RangeError);
  });
});

describe("a spectrum", () => {
  it("is read as it was written", () => {
    const data = buffer(spectrumFrame(100, 3, 0.0125, [1, 2, 3, 4]));
    expect(frameKind(data)).toBe(SPECTRUM);
    const spectrum = readSpectrum(data);
    expect(spectrum.columns).toBe(3);
    expect(spectrum.values).toHaveLength(3 * spectrum.bins);
    expect(spectrum.secondsPerColumn).toBeCloseTo(0.0125, 6);
    expect(spectrum.firstSeconds).toBeCloseTo(1.25, 12);
    expect([spectrum.lowHz, spectrum.highHz]).toEqual([40, 11025]);
  });
});

describe("the recent codes", () => {
  it("are the latest 512, oldest first", () => {
    const recent = new RecentCodes();
    const tick = emptyTick();
    for (let i = 0; i < 20; i++) {
      const codes = Array.from({ length: 64 }, (_, j) => i * 64 + j);
      recent.add(readTick(buffer(tickFrame({ ...sent, lanes: [{ codes, temperature: 1, first: 0 }] })), tick));
    }
    expect(recent.of(0)).toEqual(Array.from({ length: 512 }, (_, i) => 20 * 64 - 512 + i));
    expect(recent.of(1)).toEqual([]);
  });
});

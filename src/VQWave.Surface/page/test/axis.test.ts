import { describe, expect, it } from "vitest";
import { layTimeline } from "../src/draw/timeline";
import { frequencyMarks, frequencyPlace, timeMarks } from "../src/model/axis";

describe("the frequency axis", () => {
  it("is even in octaves", () => {
    expect(frequencyPlace(50, 50, 12800)).toBe(0);
    expect(frequencyPlace(12800, 50, 12800)).toBeCloseTo(1, 12);
    expect(frequencyPlace(800, 50, 12800)).toBeCloseTo(0.5, 12);
  });

  it("has the marks that lie in it", () => {
    expect(frequencyMarks(50, 10000).map((mark) => mark.text)).toEqual(["50", "100", "200", "500", "1k", "2k", "5k", "10k"]);
    expect(frequencyMarks(60, 4000).map((mark) => mark.value)).toEqual([100, 200, 500, 1000, 2000]);
  });
});

describe("the time axis", () => {
  it("counts from the play head, with room for the words", () => {
    const marks = timeMarks(1.2, 0.3, 172, 76);
    expect(marks.map((mark) => mark.text)).toEqual(["−1.0 s", "−0.5 s", "now"]);
    expect(timeMarks(4, 0.5, 344, 150)[0]).toEqual({ value: -4, text: "−4.0 s" });
  });

  it("gives columns whole screen pixels", () => {
    const axis = layTimeline(1500, 1.5, 2, 0.2, 22050, 512);
    expect(axis).toMatchObject({ unit: 128, column: 3 });
    expect(axis.pixelsPerSecond).toBeCloseTo((3 * 22050) / 128, 9);
    expect(1500 - axis.head).toBeCloseTo(0.2 * axis.pixelsPerSecond, -1);
  });

  it("leaves most of the width to what was heard, however long the lookahead", () => {
    expect(layTimeline(400, 1, 2, 5, 22050, 512).head).toBeGreaterThan(260);
  });
});

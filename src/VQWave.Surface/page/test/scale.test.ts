import { describe, expect, it } from "vitest";
import type { Parameter } from "../src/model/protocol";
import { clampPlain, formatPlain, noteName, step, toPlace, toPlain } from "../src/model/scale";

function parameter(more: Partial<Parameter>): Parameter {
  return { key: "x", name: "X", short: "X", kind: "continuous", unit: "", min: 0, max: 1, default: 0, skew: 1, decimals: 2, choices: [], min_text: null, value: 0, ...more };
}

const gain = parameter({ unit: "dB", min: -60, max: 12, skew: 0.5, decimals: 1, min_text: "-inf dB" });
const topK = parameter({ kind: "integer", unit: "codes", max: 1024, skew: 4, min_text: "all" });
const pitch = parameter({ unit: "st", min: -24, max: 24 });
const detail = parameter({ kind: "choice", min: 1, max: 4, default: 4, choices: ["512x", "128x", "32x", "8x"] });

describe("the scale of a parameter", () => {
  it("follows plain = min + (max - min) · n^skew", () => {
    expect(toPlain(gain, 0.25)).toBeCloseTo(-60 + 72 * Math.sqrt(0.25), 10);
    expect(toPlain(topK, 0.5)).toBe(1024 / 16);
    expect(toPlain(pitch, 0.75)).toBe(12);
  });

  it("comes back from every place", () => {
    for (const place of [0, 0.1, 0.33, 0.5, 0.9, 1]) {
      expect(toPlace(gain, toPlain(gain, place))).toBeCloseTo(place, 10);
      expect(toPlace(pitch, toPlain(pitch, place))).toBeCloseTo(place, 10);
    }
  });

  it("holds values in their range and on their steps", () => {
    expect(clampPlain(detail, 9)).toBe(4);
    expect(clampPlain(detail, 2.5)).toBe(3);
    expect(clampPlain(topK, 3.4)).toBe(3);
    expect(clampPlain(gain, Number.NaN)).toBe(0);
    expect(toPlain(pitch, -1)).toBe(-24);
  });

  it("moves a skewed integer by one at least, in both directions", () => {
    expect(step(topK, 0, 0.01)).toBe(1);
    expect(step(topK, 1, -0.01)).toBe(0);
    expect(step(detail, 4, -0.01)).toBe(3);
    expect(step(topK, 0, -0.01)).toBe(0);
  });
});

describe("the text of a value", () => {
  it.each([
    [gain, -60, "-inf dB"],
    [gain, 3, "+3.0 dB"],
    [gain, -0.04, "0.0 dB"],
    [topK, 0, "all"],
    [topK, 50, "50"],
    [pitch, 0, "0.00 st"],
    [pitch, 12, "+12.00 st"],
    [detail, 3, "32x"],
    [parameter({ kind: "toggle" }), 1, "on"],
    [parameter({ kind: "integer", unit: "note", max: 127 }), 60, "C4"],
    [parameter({ unit: "ms", min: 26, max: 1000, decimals: 0 }), 52, "52 ms"],
  ])("is what the player writes (%#)", (spec, value, text) => {
    expect(formatPlain(spec, value)).toBe(text);
  });

  it("names notes with C4 at 60", () => {
    expect([0, 21, 60, 61, 127].map(noteName)).toEqual(["C-1", "A0", "C4", "C#4", "G9"]);
  });
});

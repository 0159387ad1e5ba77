import { describe, expect, it } from "vitest";
import { liveAddress } from "../src/connection";
import { isBlack, layPiano, letterOf, offsetOfKey } from "../src/input/piano-keys";
import { decodeColors, decodePalette, greyColors } from "../src/model/palette";

describe("the computer's keys", () => {
  it("lie as a piano's do: A is C, W is C sharp, K is C above", () => {
    expect(["KeyA", "KeyW", "KeyS", "KeyF", "KeyK", "Quote"].map(offsetOfKey)).toEqual([0, 1, 2, 5, 12, 17]);
    expect(offsetOfKey("KeyZ")).toBeNull();
    expect(offsetOfKey("KeyQ")).toBeNull();
  });

  it("put black keys into the upper row and white ones into the middle row", () => {
    const upper = "QWERTYUIOP";
    for (let offset = 0; offset < 16; offset++) {
      expect(upper.includes(letterOf(offset))).toBe(isBlack(60 + offset));
    }
  });
});

describe("the keyboard on the screen", () => {
  it("has as many white keys as asked for, side by side", () => {
    const whites = layPiano(48, 15).filter((key) => !key.black);
    expect(whites).toHaveLength(15);
    expect(whites.at(-1)!.note).toBe(72);
    expect(whites.at(-1)!.left + whites.at(-1)!.width).toBeCloseTo(1, 12);
  });

  it("puts each black key between its white neighbours, none over an edge", () => {
    const keys = layPiano(48, 14);
    for (const key of keys.filter((candidate) => candidate.black)) {
      const below = keys.find((candidate) => candidate.note === key.note - 1)!;
      const border = below.left + below.width;
      expect(key.left).toBeLessThan(border);
      expect(key.left + key.width).toBeGreaterThan(border);
      expect(key.left + key.width).toBeLessThanOrEqual(1);
    }
    expect(keys.filter((key) => key.black)).toHaveLength(10);
  });

  it("ends at the highest MIDI note", () => {
    expect(Math.max(...layPiano(108, 36).map((key) => key.note))).toBe(127);
  });
});

describe("the palette", () => {
  it("is three bytes a code", () => {
    const colors = Buffer.from([255, 0, 16, 1, 2, 3]).toString("base64");
    expect(decodeColors(colors)).toEqual(["#ff0010", "#010203"]);
    expect(decodePalette({ levels: [{ compression: 8, colors }] })).toEqual([{ compression: 8, css: ["#ff0010", "#010203"] }]);
  });

  it("is grey until it is there", () => {
    expect(greyColors(3)).toEqual(["#464646", "#919191", "#dcdcdc"]);
  });
});

describe("the address of the WebSocket", () => {
  it("is beside the page, without its token", () => {
    expect(liveAddress("http://127.0.0.1:8722/?token=abc#x")).toBe("ws://127.0.0.1:8722/live");
    expect(liveAddress("https://stage.example/")).toBe("wss://stage.example/live");
  });
});

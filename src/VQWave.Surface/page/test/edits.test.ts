import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Edits, REST } from "../src/edits";

const shown: [string, number][] = [];
const sent: unknown[] = [];
let frame: (() => void) | null = null;
let edits: Edits;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  shown.length = 0;
  sent.length = 0;
  frame = null;
  edits = new Edits({
    send: (command) => sent.push(command) > 0,
    show: (key, value) => void shown.push([key, value]),
    soon: (callback) => (frame = callback),
    now: () => Date.now(),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a value in a hand", () => {
  it("shows at once and is sent once a frame, the latest only", () => {
    edits.change("gain", 1);
    edits.change("gain", 2);
    edits.change("pitch", 3);
    expect(shown).toEqual([["gain", 1], ["gain", 2], ["pitch", 3]]);
    expect(sent).toEqual([]);
    frame!();
    expect(sent).toEqual([{ do: "set", key: "gain", value: 2 }, { do: "set", key: "pitch", value: 3 }]);
  });

  it("is not pulled back by late echoes, and takes the player's word when it rests", () => {
    edits.hold("gain");
    edits.change("gain", 5);
    frame!();
    edits.echo("gain", 4, "4.0 dB");
    vi.advanceTimersByTime(4 * REST);
    expect(shown).toEqual([["gain", 5]]);
    edits.release("gain");
    edits.echo("gain", 4.9, "4.9 dB");
    vi.advanceTimersByTime(REST - 10);
    expect(shown).toEqual([["gain", 5]]);
    vi.advanceTimersByTime(20);
    expect(shown.at(-1)).toEqual(["gain", 4.9]);
  });

  it("that nobody holds is what the player says", () => {
    edits.echo("gain", -3, null);
    expect(shown).toEqual([["gain", -3]]);
  });

  it("goes to what is typed at once, and what was not sent yet goes before it", () => {
    edits.change("gain", 5);
    edits.expect("gain");
    expect(sent).toEqual([{ do: "set", key: "gain", value: 5 }]);
    edits.echo("gain", 0, "0.0 dB");
    expect(shown.at(-1)).toEqual(["gain", 0]);
  });

  it("stays where it was typed: an echo that was kept back before does not come after it", () => {
    edits.change("gain", 5);
    frame!();
    edits.echo("gain", 5, null);
    edits.expect("gain");
    edits.echo("gain", 0, null);
    vi.advanceTimersByTime(2 * REST);
    expect(shown.at(-1)).toEqual(["gain", 0]);
  });

  it("is forgotten when the player begins anew", () => {
    edits.change("gain", 5);
    edits.clear();
    frame!();
    edits.echo("gain", 0, null);
    expect(sent).toEqual([]);
    expect(shown.at(-1)).toEqual(["gain", 0]);
  });
});

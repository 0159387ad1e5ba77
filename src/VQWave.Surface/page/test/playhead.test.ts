import { describe, expect, it } from "vitest";
import { PlayHead } from "../src/model/playhead";

const RATE = 22050;
const TICK = 512;

/** Ticks of a steady stream that arrive late by what `delay` says; the answers are the head's errors in milliseconds. */
function errors(delay: (tick: number) => number, ticks = 600): number[] {
  const head = new PlayHead(RATE);
  const found: number[] = [];
  let arrived = 0;
  for (let i = 0; i < ticks; i++) {
    const sent = (i * TICK * 1000) / RATE;
    arrived = Math.max(arrived, sent + delay(i));
    head.observe(i * TICK, i * TICK + 4000, arrived);
    if (i > 200) {
      found.push((head.where(arrived) * 1000) / RATE - arrived);
    }
  }
  return found;
}

function deviation(values: number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

describe("the play head", () => {
  it("runs with a steady stream", () => {
    for (const error of errors(() => 0)) {
      expect(Math.abs(error)).toBeLessThan(0.01);
    }
  });

  it("glides over ticks that come unevenly: it moves less than a quarter of what they do", () => {
    const late = (tick: number) => (30 * Math.abs(Math.sin(tick * 12.9898) * 43758.5453)) % 22;
    const delays = Array.from({ length: 600 }, (_, tick) => late(tick));
    expect(deviation(errors(late))).toBeLessThan(deviation(delays) / 4);
  });

  it("follows a stream of another speed, as an octave up is", () => {
    const head = new PlayHead(RATE);
    let now = 0;
    for (let i = 0; i < 400; i++) {
      now = (i * TICK * 1000) / RATE / 2;
      head.observe(i * TICK, i * TICK + 4000, now);
    }
    expect(head.where(now)).toBeCloseTo(399 * TICK, -2);
    expect(head.where(now + 10) - head.where(now)).toBeCloseTo((10 * 2 * RATE) / 1000, -1);
  });

  it("jumps where the stream does, and says how far", () => {
    const head = new PlayHead(RATE);
    head.observe(0, 10000, 0);
    expect(head.observe(100000, 110000, 20)).toBeGreaterThan(90000);
    expect(head.where(20)).toBe(100000);
  });

  it("stands where the music waits, and goes on from there", () => {
    const head = new PlayHead(RATE);
    head.observe(0, 10000, 0);
    head.stand(0);
    expect(head.where(300)).toBe(0);
    head.observe(TICK, 10000 + TICK, 5000);
    expect(head.where(5000)).toBe(TICK);
    expect(head.where(5010) - TICK).toBeCloseTo((10 * RATE) / 1000, 6);
  });

  it("waits at the end of what is written", () => {
    const head = new PlayHead(RATE);
    head.observe(0, 1000, 0);
    expect(head.where(10000)).toBe(1000);
  });
});

// The latest codes of each lane, for the curious and for tests: what `vqwave.codes(level)` answers with.
import type { Tick } from "./frames";

const CAPACITY = 512;

export class RecentCodes {
  private readonly rings: { codes: Uint16Array; next: number; held: number }[] = [];

  add(tick: Tick): void {
    for (let level = 0; level < tick.levels.length; level++) {
      const lane = tick.levels[level]!;
      const ring = (this.rings[level] ??= { codes: new Uint16Array(CAPACITY), next: 0, held: 0 });
      for (let i = 0; i < lane.count; i++) {
        ring.codes[ring.next] = lane.codes[i]!;
        ring.next = (ring.next + 1) % CAPACITY;
      }
      ring.held = Math.min(CAPACITY, ring.held + lane.count);
    }
  }

  clear(): void {
    this.rings.length = 0;
  }

  /** The latest codes of a level, oldest first, at most 512; empty for a level that is not there. */
  of(level: number): number[] {
    const ring = this.rings[level];
    if (ring === undefined) {
      return [];
    }
    const start = ring.next - ring.held + CAPACITY;
    return Array.from({ length: ring.held }, (_, i) => ring.codes[(start + i) % CAPACITY]!);
  }
}

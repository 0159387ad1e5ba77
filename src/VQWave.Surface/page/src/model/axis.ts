// Places of the marks on the page's axes.

const FREQUENCIES = [50, 100, 200, 500, 1000, 2000, 5000, 10000];

export interface Mark {
  value: number;
  text: string;
}

/** Marks of the frequency axis that lie in its range. */
export function frequencyMarks(lowHz: number, highHz: number): Mark[] {
  return FREQUENCIES.filter((hz) => hz >= lowHz * 0.999 && hz <= highHz * 1.001).map((hz) => ({
    value: hz,
    text: hz >= 1000 ? `${hz / 1000}k` : String(hz),
  }));
}

/** The share of the axis's height, from its lower end, at which a frequency lies: the axis is even in log frequency. */
export function frequencyPlace(hz: number, lowHz: number, highHz: number): number {
  return Math.log(hz / lowHz) / Math.log(highHz / lowHz);
}

/** Marks of the time axis around the play head, in seconds: before it they are negative. At least `room` pixels apart. */
export function timeMarks(secondsBefore: number, secondsAfter: number, pixelsPerSecond: number, room: number): Mark[] {
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10];
  const step = steps.find((candidate) => candidate * pixelsPerSecond >= room) ?? 20;
  const marks: Mark[] = [];
  for (let i = -Math.floor(secondsBefore / step + 1e-9); i <= Math.floor(secondsAfter / step + 1e-9); i++) {
    const value = i * step;
    const text = i === 0 ? "now" : `${i > 0 ? "+" : "−"}${Math.abs(value).toFixed(step < 1 ? 1 : 0)} s`;
    marks.push({ value, text });
  }
  return marks;
}

// From plain values of a parameter to places on a knob, and to the text that the player itself would write.
import type { Parameter } from "./protocol";

const NOTE_NAMES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];

type Range = Pick<Parameter, "kind" | "min" | "max" | "default" | "skew">;

/** The nearest value that the parameter can have: within its range, and on a step where there are steps. */
export function clampPlain(parameter: Range, plain: number): number {
  if (Number.isNaN(plain)) {
    return parameter.default;
  }
  const held = Math.min(parameter.max, Math.max(parameter.min, plain));
  return parameter.kind === "continuous" ? held : Math.floor(held + 0.5);
}

/** The plain value at a place from 0 to 1. */
export function toPlain(parameter: Range, place: number): number {
  const held = Math.min(1, Math.max(0, place));
  const share = parameter.skew === 1 ? held : held ** parameter.skew;
  return clampPlain(parameter, parameter.min + share * (parameter.max - parameter.min));
}

/** The place from 0 to 1 of a plain value. */
export function toPlace(parameter: Range, plain: number): number {
  const span = parameter.max - parameter.min;
  if (span <= 0) {
    return 0;
  }
  const share = (clampPlain(parameter, plain) - parameter.min) / span;
  return parameter.skew === 1 ? share : share ** (1 / parameter.skew);
}

/**
 * The value one key press or wheel notch away: `size` is a share of the range. Where values have steps it moves by one at least,
 * so that a skewed parameter does not stick at its lower end.
 */
export function step(parameter: Range, plain: number, size: number): number {
  const moved = toPlain(parameter, toPlace(parameter, plain) + size);
  if (parameter.kind === "continuous" || moved !== clampPlain(parameter, plain)) {
    return moved;
  }
  return clampPlain(parameter, plain + Math.sign(size));
}

/** A MIDI note as it is spoken: 60 is C4. */
export function noteName(note: number): string {
  return `${NOTE_NAMES[((note % 12) + 12) % 12]}${Math.floor(note / 12) - 1}`;
}

/** A value with its unit, as the player writes it. */
export function formatPlain(parameter: Parameter, plain: number): string {
  const value = clampPlain(parameter, plain);
  if (value === parameter.min && parameter.min_text !== null) {
    return parameter.min_text;
  }
  switch (parameter.kind) {
    case "toggle":
      return value > 0 ? "on" : "off";
    case "trigger":
      return value > 0 ? "now" : "-";
    case "choice":
      return parameter.choices[value - parameter.min] ?? String(value);
    default:
      return formatNumber(parameter, value);
  }
}

function formatNumber(parameter: Parameter, value: number): string {
  if (parameter.unit === "note") {
    return noteName(value);
  }
  let text = value.toFixed(parameter.kind === "continuous" ? parameter.decimals : 0);
  const amount = /[1-9]/.test(text);
  if (!amount) {
    text = text.replace("-", "");
  }
  const signed = parameter.unit === "st" || parameter.unit === "dB";
  if (signed && parameter.min < 0 && amount && value > 0) {
    text = `+${text}`;
  }
  const unit = parameter.unit === "codes" ? "" : parameter.unit;
  return unit === "" ? text : `${text} ${unit}`;
}

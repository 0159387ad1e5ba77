// What the page knows of the player, as signals: views read them and draw themselves again when one changes. Written only by
// `apply` (what the player says) and by edits.ts (what the user's hand does to a value, until the player has said it too).
import { batch, computed, signal, type Signal } from "@preact/signals";
import type { ConnectionState } from "./connection";
import type { Binding, MidiMessage, PackSummary, Parameter, Preset, ServerEvent, Status, Take } from "./model/protocol";
import { formatPlain } from "./model/scale";

export interface Note {
  id: number;
  kind: string;
  text: string;
  problem: boolean;
  time: Date;
}

/** One parameter with its value as it is shown. */
export interface Control {
  parameter: Parameter;
  value: Signal<number>;
  text: Signal<string>;
}

export type Panel = "packs" | "presets" | "takes" | "more" | null;

export const connection = signal<ConnectionState>("connecting");
export const connectionText = signal("");
export const version = signal("");
export const network = signal(false);
export const controls = signal<ReadonlyMap<string, Control>>(new Map());
export const status = signal<Status | null>(null);
export const levels = signal<number[]>([]);
export const modelRate = signal(22050);
export const tickSamples = signal(512);
export const presets = signal<Preset[]>([]);
export const bindings = signal<ReadonlyMap<string, Binding>>(new Map());
export const packs = signal<PackSummary[]>([]);
export const playingPack = signal("");
export const takes = signal<Take[]>([]);
export const lastMidi = signal<MidiMessage | null>(null);
export const midiCount = signal(0);
export const invite = signal("");
export const messages = signal<Note[]>([]);
export const limited = signal(false);
export const panel = signal<Panel>(null);

/** The key of the parameter that waits for a controller, or null. */
export const learning = computed(() => status.value?.learning ?? null);

/** Play as a whole has begun anew; drawings that lie on its axes begin anew too. */
export const session = signal(0);

const LOG_LENGTH = 100;
let nextNote = 1;
let limitedTimer = 0;

/** Says something to the user, as the player's messages do. */
export function say(kind: string, text: string, problem: boolean): void {
  messages.value = [{ id: nextNote++, kind, text, problem, time: new Date() }, ...messages.value].slice(0, LOG_LENGTH);
}

/**
 * Takes one event of the player.
 * @param echo what to do with a value: edits.ts keeps late echoes from pulling a knob out of the hand
 */
export function apply(event: ServerEvent, echo: (key: string, value: number, text: string | null) => void): void {
  batch(() => {
    switch (event.event) {
      case "hello":
        version.value = event.version;
        network.value = event.network;
        modelRate.value = event.sample_rate;
        tickSamples.value = event.tick_samples;
        takeParameters(event.parameters);
        break;
      case "start":
        levels.value = event.levels;
        session.value++;
        for (const [key, value] of Object.entries(event.parameters ?? {})) {
          echo(key, value, null);
        }
        break;
      case "status":
        takeStatus(event);
        break;
      case "parameter":
        echo(event.key, event.value, event.text);
        break;
      case "midi":
        lastMidi.value = event;
        midiCount.value += event.count;
        break;
      case "message":
        say(event.kind, event.text, event.problem);
        break;
      case "error":
        say("surface", event.text, true);
        break;
      case "presets":
        presets.value = event.presets;
        break;
      case "map":
        bindings.value = new Map(event.bindings.map((binding) => [binding.key, binding]));
        break;
      case "packs":
        packs.value = event.packs;
        playingPack.value = event.playing;
        modelRate.value = event.sample_rate;
        tickSamples.value = event.tick_samples;
        break;
      case "takes":
        takes.value = event.takes;
        break;
      case "invite":
        invite.value = event.url;
        break;
      case "limited":
        showLimited();
        break;
      case "end":
        say("surface", "Play has ended.", false);
        break;
    }
  });
}

/** Shows a value; without the player's own text the page writes it. */
export function show(key: string, value: number, text: string | null): void {
  const control = controls.value.get(key);
  if (control !== undefined) {
    control.value.value = value;
    control.text.value = text ?? formatPlain(control.parameter, value);
  }
}

function takeParameters(parameters: Parameter[]): void {
  const next = new Map<string, Control>();
  for (const parameter of parameters) {
    const known = controls.value.get(parameter.key);
    const control: Control = { parameter, value: known?.value ?? signal(0), text: known?.text ?? signal("") };
    control.value.value = parameter.value;
    control.text.value = formatPlain(parameter, parameter.value);
    next.set(parameter.key, control);
  }
  controls.value = next;
}

function takeStatus(next: Status): void {
  status.value = next;
  const compressions = next.levels.map((level) => parseInt(level.name, 10));
  if (compressions.length > 0 && compressions.join() !== levels.value.join() && compressions.every((c) => c > 0)) {
    levels.value = compressions;
  }
  if (lastMidi.value === null && next.midi.last !== null) {
    lastMidi.value = next.midi.last;
  }
}

function showLimited(): void {
  limited.value = true;
  clearTimeout(limitedTimer);
  limitedTimer = window.setTimeout(() => (limited.value = false), 3000);
}

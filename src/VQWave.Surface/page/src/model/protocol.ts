// The messages between player and page, as the player writes them. Numbers that may be silence or unknown are null.

export type ParameterKind = "continuous" | "integer" | "toggle" | "choice" | "trigger";
export type ParameterUnit = "" | "dB" | "st" | "ms" | "%" | "codes" | "note";

/** One parameter of the player's table. `value` is plain: in the parameter's own unit. */
export interface Parameter {
  key: string;
  name: string;
  short: string;
  kind: ParameterKind;
  unit: ParameterUnit;
  min: number;
  max: number;
  default: number;
  skew: number;
  decimals: number;
  choices: string[];
  min_text: string | null;
  value: number;
}

/** Milliseconds from a control to the ear, by their parts. */
export interface Delays {
  ring: number;
  decoder: number;
  context: number;
  resampler: number;
  device: number;
  total: number;
  finest: number;
  coarsest: number;
}

export interface LevelStatus {
  name: string;
  engine: string;
  precision: string;
  temperature: number;
  top_k: number;
  drawn_temperature: number;
  drawn_top_k: number;
  codes: number[];
}

export interface MidiMessage {
  kind: string;
  status: number;
  data1: number;
  data2: number;
  channel: number;
  text: string;
  source: string;
}

export interface Hello {
  event: "hello";
  version: string;
  sample_rate: number;
  tick_samples: number;
  network: boolean;
  parameters: Parameter[];
}

export interface Start {
  event: "start";
  pack: string;
  preset: string | null;
  device: string;
  sample_rate: number;
  codebook_size: number;
  levels: number[];
  delays_ms: Delays;
  /** Left out for a page that opens while it plays: its greeting holds them. */
  parameters?: Record<string, number>;
}

export interface Status {
  event: "status";
  seconds: number;
  pack: string;
  changing_pack: boolean;
  preset: string | null;
  preset_changed: boolean;
  device: string;
  sounding: boolean;
  sample_rate: number;
  block_frames: number;
  levels: LevelStatus[];
  detail: number;
  sounding_level: number;
  frozen: boolean;
  position: number;
  piece: number;
  ring_fill: number;
  ring_depth: number;
  tick_samples: number;
  budget_ms: number;
  median_ms: number;
  p99_ms: number;
  worst_ms: number;
  load: number;
  ticks: number;
  late_ticks: number;
  drops: number;
  returns: number;
  starved_blocks: number;
  starved_samples: number;
  xruns: number;
  losses: number;
  delays_ms: Delays;
  peak_db: number | null;
  peak_hold_db: number | null;
  rms_db: number | null;
  clipped: number;
  notes: number[];
  bend: number;
  midi: { inputs: number; messages: number; dropped: number; last: MidiMessage | null };
  recording: boolean;
  take_seconds: number;
  take_lost_frames: number;
  learning: string | null;
  seed_locked: boolean;
  fault: string | null;
}

export interface ParameterEvent {
  event: "parameter";
  key: string;
  value: number;
  text: string;
}

export interface MessageEvent {
  event: "message";
  kind: string;
  text: string;
  problem: boolean;
}

export interface Preset {
  name: string;
  program: number | null;
  factory: boolean;
}

export interface Binding {
  key: string;
  controller: number;
  channel: number | null;
}

export interface PackSummary {
  name: string;
  title: string;
  /** Null where the pack cannot be read. */
  description: string | null;
  licence: string | null;
  problem: string | null;
}

/** A pack's page, from GET /api/packs. The first row of a table of metrics is its heading. */
export interface PackPage {
  name: string;
  title: string;
  description: string;
  licence: string;
  sample_rate: number;
  levels: number[];
  size_bytes: number;
  training: Record<string, unknown>;
  metrics: { label: string; rows: (string | number | null)[][] }[];
  examples: string[];
}

export interface Take {
  name: string;
  seconds: number;
  bytes: number;
  modified: string;
}

/** Everything that the player sends as text. */
export type ServerEvent =
  | Hello
  | Start
  | Status
  | ParameterEvent
  | MessageEvent
  | ({ event: "midi"; count: number } & MidiMessage)
  | { event: "presets"; presets: Preset[] }
  | { event: "map"; bindings: Binding[] }
  | { event: "packs"; playing: string; sample_rate: number; tick_samples: number; packs: PackSummary[] }
  | { event: "takes"; takes: Take[] }
  | { event: "invite"; url: string }
  | { event: "error"; text: string }
  | { event: "limited" }
  | { event: "end" };

/** Everything that the page asks of the player. */
export type Command =
  | { do: "set"; key: string; value: number }
  | { do: "text"; key: string; text: string }
  | { do: "default" | "trigger" | "learn" | "unlearn"; key: string }
  | { do: "cancel_learning" | "record" | "panic" | "dice" | "invite" }
  | { do: "note"; note: number; velocity: number }
  | { do: "midi"; bytes: number[] }
  | { do: "recall" | "save_preset" | "delete_preset" | "pack" | "delete_take"; name: string }
  | { do: "rename_preset" | "rename_take"; name: string; to: string }
  | { do: "next_preset"; step: 1 | -1 }
  | { do: "lock_seed"; locked: boolean };

// What stands still in the made-up player: parameters, packs, presets, palette, a sound.

interface Spec {
  key: string;
  name: string;
  [more: string]: unknown;
}

const LEVELS = [512, 128, 32, 8];

function parameter(spec: Spec) {
  return {
    short: spec.name,
    kind: "continuous",
    unit: "",
    min: 0,
    max: 1,
    default: 0,
    skew: 1,
    decimals: 0,
    choices: [] as string[],
    min_text: null as string | null,
    ...spec,
  };
}

/** The player's table, with every value at its default. */
export function parameters() {
  const temperature = { max: 2, default: 1, decimals: 2 };
  const topK = { kind: "integer", unit: "codes", max: 1024, skew: 4 };
  const time = { unit: "ms", min: 1, skew: 3, decimals: 1 };
  const table = [
    parameter({ key: "temperature", name: "Temperature", ...temperature }),
    parameter({ key: "top_k", name: "Top-k", ...topK, min_text: "all" }),
    parameter({ key: "detail", name: "Detail", kind: "choice", min: 1, max: 4, default: 4, choices: LEVELS.map((level) => `${level}x`) }),
    parameter({ key: "seed", name: "Seed", kind: "integer", max: 65535, default: 1 }),
    parameter({ key: "reset", name: "Reset", kind: "trigger" }),
    parameter({ key: "freeze", name: "Freeze", kind: "toggle" }),
    parameter({ key: "freeze_length", name: "Freeze length", kind: "integer", unit: "codes", min: 1, max: 128, default: 8, skew: 2 }),
    parameter({ key: "gain", name: "Gain", unit: "dB", min: -60, max: 12, skew: 0.5, decimals: 1, min_text: "-inf dB" }),
    parameter({ key: "mode", name: "Mode", kind: "choice", choices: ["free run", "notes"] }),
    parameter({ key: "root_note", name: "Root note", kind: "integer", unit: "note", max: 127, default: 60 }),
    parameter({ key: "bend_range", name: "Bend range", kind: "integer", unit: "st", max: 24, default: 2 }),
    parameter({ key: "buffer", name: "Buffer", unit: "ms", min: 26, max: 1000, default: 52, skew: 2 }),
    parameter({ key: "pitch", name: "Pitch", unit: "st", min: -24, max: 24, decimals: 2 }),
    parameter({ key: "bypass", name: "Bypass", kind: "toggle" }),
    parameter({ key: "level_temperatures", name: "Level temperatures", kind: "choice", choices: ["offset", "own"] }),
    parameter({ key: "attack", name: "Attack", ...time, max: 1000, default: 5 }),
    parameter({ key: "release", name: "Release", ...time, max: 10000, default: 120 }),
    parameter({ key: "velocity_depth", name: "Velocity depth", unit: "%", max: 100, default: 100 }),
    ...LEVELS.map((level, i) => parameter({ key: `level_${i + 1}_temperature`, name: `Temperature ${level}x`, ...temperature })),
    ...LEVELS.map((level, i) => parameter({ key: `level_${i + 1}_top_k`, name: `Top-k ${level}x`, ...topK, min_text: "global" })),
  ];
  return table.map((entry) => ({ ...entry, value: entry.default }));
}

export const presets = ["As Learned", "Steady Hand", "Wanderer", "Worn Tape", "Clockwork", "Turning Loop", "Phrase Keys"]
  .map((name, program) => ({ name, program: program as number | null, factory: true }))
  .concat([{ name: "My dark room", program: null, factory: false }]);

export const packs = [
  { name: "live-keys", title: "live-keys", description: "Ocarina, electric piano and vibraphone, bass and soft pads in slow harmony.", licence: "MIT", problem: null as string | null },
  { name: "quartet", title: "Quartet", description: "Strings in a dry room: made up, as all here is.", licence: "CC-BY-4.0", problem: null },
  { name: "broken", title: "Broken", description: "A pack that cannot be played.", licence: "MIT", problem: "generator_8.onnx is not the file that model.json describes." },
];

export function packPages() {
  return packs.map((pack, i) => ({
    ...pack,
    sample_rate: 22050,
    levels: LEVELS,
    size_bytes: 27_500_000,
    training: { corpus: "60.3 minutes of composed music", steps: { vqvae_8: 12000, generator_8: 48000 }, held_out: "5.8 minutes", hours: 3.1 },
    metrics: [
      {
        label: "Reconstruction of held-out pieces",
        rows: [
          ["level", "SI-SDR dB", "LSD dB", "used", "perplexity"],
          ["512x", "-16.05", "14.46", "971", "638.5"],
          ["128x", "6.25", "15.08", "1018", "667.4"],
          ["32x", "13.31", "14.28", "1024", "759.5"],
          ["8x", "21.62", "9.32", "1024", "689.8"],
        ],
      },
    ],
    examples: i === 0 ? ["example-1.ogg", "example-2.ogg"] : [],
  }));
}

/** Hues around the circle: near numbers, near colours. */
export function palette() {
  return {
    levels: LEVELS.map((compression, level) => {
      const bytes = Buffer.alloc(3 * 1024);
      for (let code = 0; code < 1024; code++) {
        const turn = 2 * Math.PI * (code / 1024 + level * 0.07);
        for (let channel = 0; channel < 3; channel++) {
          const value = 0.5 + 0.5 * Math.cos(turn - (2 * Math.PI * channel) / 3);
          bytes[3 * code + channel] = Math.round(30 + 200 * value * (0.55 + 0.45 * Math.sin(code * 0.11)));
        }
      }
      return { compression, colors: bytes.toString("base64") };
    }),
  };
}

/** Two seconds of a soft A, as a WAV file. */
export function exampleSound(): Buffer {
  const rate = 22050;
  const samples = 2 * rate;
  const wav = Buffer.alloc(44 + 2 * samples);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + 2 * samples, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(2 * rate, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(2 * samples, 40);
  for (let i = 0; i < samples; i++) {
    wav.writeInt16LE(Math.round(6000 * Math.exp(-i / rate) * Math.sin((2 * Math.PI * 440 * i) / rate)), 44 + 2 * i);
  }
  return wav;
}

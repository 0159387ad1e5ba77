// The made-up player's moving part: codes that wander, ticks at their true rate, a spectrum, and the answers to what pages ask.
import type { WebSocket } from "ws";
import { packs, parameters, presets } from "./mock-data";
import { spectrumFrame, tickFrame } from "./mock-frames";
import { calm, delays } from "./mock-status";

const RATE = 22050;
const TICK = 512;
const LEVELS = [512, 128, 32, 8];
/** Samples by which each level is ahead of the finest. */
const AHEAD = [2048, 1024, 512, 0];
const RING = 640;
const COLUMN = 256 / RATE;

type Json = Record<string, unknown>;

export class MockEngine {
  private readonly pages = new Set<WebSocket>();
  private readonly table = parameters();
  private readonly walk = [500, 400, 600, 300];
  private readonly notes: number[] = [];
  private readonly bindings: Json[] = [
    { key: "temperature", controller: 1, channel: null },
    { key: "level_1_temperature", controller: 20, channel: null },
    { key: "freeze", controller: 64, channel: null },
  ];
  private takes: { name: string; seconds: number; bytes: number; modified: string }[] = [
    { name: "2026-11-22_213000.wav", seconds: 184.2, bytes: 53_000_000, modified: "2026-11-22T21:33:04Z" },
    { name: "first light.wav", seconds: 61, bytes: 17_600_000, modified: "2026-11-21T20:00:00Z" },
  ];
  private own = presets.map((preset) => ({ ...preset }));
  private preset = "As Learned";
  private changed = false;
  private pack = "live-keys";
  private seedLocked = false;
  private learning: string | null = null;
  private recordingSince = 0;
  private tick = 0;
  private piece = 1;
  private position = 0;
  private columns = 0;
  private readonly began = Date.now();
  private readonly timers = [setInterval(() => this.run(), 10), setInterval(() => this.sendStatus(), 100), setInterval(() => this.playController(), 700)];

  join(page: WebSocket): void {
    this.pages.add(page);
    const send = (event: Json) => page.send(JSON.stringify(event));
    send({ event: "hello", version: "0.0.0 (made up)", sample_rate: RATE, tick_samples: TICK, network: true, parameters: this.table });
    send({ event: "start", seconds: 0, pack: this.pack, preset: this.preset, device: "made up", sample_rate: 48000, block_frames: 256, codebook_size: 1024, levels: LEVELS, delays_ms: delays(), parameters: Object.fromEntries(this.table.map((p) => [p.key, p.value])) });
    send(this.packsEvent());
    send({ event: "presets", presets: this.own });
    send({ event: "map", bindings: this.bindings });
    send({ event: "takes", takes: this.takes });
    send({ event: "message", kind: "audio", text: "Sound goes nowhere: this player is made up.", problem: false });
  }

  leave(page: WebSocket): void {
    this.pages.delete(page);
  }

  stop(): void {
    this.timers.forEach(clearInterval);
  }

  command(command: Json, page: WebSocket): void {
    const key = String(command["key"] ?? "");
    const name = String(command["name"] ?? "");
    switch (command["do"]) {
      case "set":
        return this.set(key, Number(command["value"]));
      case "text":
        return this.setText(key, String(command["text"]), page);
      case "default":
        return this.set(key, this.table.find((p) => p.key === key)?.default ?? 0);
      case "trigger":
        this.piece++;
        this.position = 0;
        return this.send({ event: "parameter", key, value: 1, text: "now" });
      case "note":
        return this.note(Number(command["note"]), Number(command["velocity"]));
      case "learn":
        this.learning = key;
        return;
      case "cancel_learning":
        this.learning = null;
        return;
      case "unlearn":
        this.bindings.splice(this.bindings.findIndex((binding) => binding["key"] === key), 1);
        return this.send({ event: "map", bindings: this.bindings });
      case "dice":
        return this.seedLocked ? undefined : this.set("seed", Math.floor(Math.random() * 65536));
      case "lock_seed":
        this.seedLocked = command["locked"] === true;
        return;
      case "panic":
        this.notes.length = 0;
        this.set("freeze", 0);
        return this.set("bypass", 1);
      case "recall":
        return this.recall(name);
      case "next_preset":
        return this.recall(this.own[(this.own.findIndex((p) => p.name === this.preset) + Number(command["step"]) + this.own.length) % this.own.length]!.name);
      case "save_preset":
        this.own = [...this.own.filter((p) => p.name !== name), { name, program: null, factory: false }];
        this.recall(name);
        return this.send({ event: "presets", presets: this.own });
      case "rename_preset":
        this.own = this.own.map((p) => (p.name === name ? { ...p, name: String(command["to"]) } : p));
        return this.send({ event: "presets", presets: this.own });
      case "delete_preset":
        this.own = this.own.filter((p) => p.name !== name);
        return this.send({ event: "presets", presets: this.own });
      case "pack":
        this.pack = name;
        this.say(`Pack ${name} plays.`);
        return this.send(this.packsEvent());
      case "record":
        return this.record();
      case "rename_take":
        this.takes = this.takes.map((t) => (t.name === name ? { ...t, name: String(command["to"]) } : t));
        return this.send({ event: "takes", takes: this.takes });
      case "delete_take":
        this.takes = this.takes.filter((t) => t.name !== name);
        return this.send({ event: "takes", takes: this.takes });
      case "invite":
        page.send(JSON.stringify({ event: "invite", url: "http://192.168.1.7:8722/?token=made-up" }));
        return;
    }
  }

  private send(event: Json): void {
    const text = JSON.stringify(event);
    this.pages.forEach((page) => page.send(text));
  }

  private say(text: string): void {
    this.send({ event: "message", kind: "pack", text, problem: false });
  }

  private value(key: string): number {
    return this.table.find((p) => p.key === key)?.value ?? 0;
  }

  private set(key: string, value: number): void {
    const parameter = this.table.find((p) => p.key === key);
    if (parameter !== undefined) {
      parameter.value = Math.min(parameter.max, Math.max(parameter.min, value));
      this.changed = true;
      this.send({ event: "parameter", key, value: parameter.value, text: null });
    }
  }

  private setText(key: string, text: string, page: WebSocket): void {
    const value = text === "all" || text === "global" ? 0 : parseFloat(text);
    if (Number.isNaN(value)) {
      page.send(JSON.stringify({ event: "error", text: `'${text}' is no value of ${key}.` }));
    } else {
      this.set(key, value);
    }
  }

  private note(note: number, velocity: number): void {
    const at = this.notes.indexOf(note);
    if (at >= 0) {
      this.notes.splice(at, 1);
    }
    if (velocity > 0) {
      this.notes.push(note);
    }
  }

  private recall(name: string): void {
    for (const parameter of this.table) {
      const value = parameter.key.includes("temperature") && parameter.kind === "continuous" ? 0.7 + 0.6 * Math.random() : parameter.default;
      if (!(parameter.key === "seed" && this.seedLocked)) {
        this.set(parameter.key, value);
      }
    }
    this.preset = name;
    this.changed = false;
  }

  private record(): void {
    if (this.recordingSince === 0) {
      this.recordingSince = Date.now();
      return;
    }
    const seconds = (Date.now() - this.recordingSince) / 1000;
    this.recordingSince = 0;
    const name = `${new Date().toISOString().slice(0, 19).replace("T", "_").replaceAll(":", "")}.wav`;
    this.takes = [{ name, seconds, bytes: Math.round(seconds * 288000), modified: new Date().toISOString() }, ...this.takes];
    this.send({ event: "takes", takes: this.takes });
  }

  private packsEvent(): Json {
    return { event: "packs", playing: this.pack, sample_rate: 22050, tick_samples: 512, packs };
  }

  // A hand on a controller now and then; a knob that waits learns it.
  private playController(): void {
    const data2 = Math.round(64 + 60 * Math.sin(Date.now() / 2000));
    this.send({ event: "midi", count: 1, kind: "controller", status: 176, data1: 21, data2, channel: 1, text: `CC 21 = ${data2}`, source: "made-up controller" });
    if (this.learning === null) {
      this.set("level_2_temperature", data2 / 63.5);
    } else if (Math.random() < 0.3) {
      this.bindings.push({ key: this.learning, controller: 30 + this.bindings.length, channel: 1 });
      this.learning = null;
      this.send({ event: "map", bindings: this.bindings });
    }
  }

  private run(): void {
    const due = Math.floor(((Date.now() - this.began) / 1000) * (RATE / TICK));
    for (let burst = 0; this.tick < due && burst < 20; burst++) {
      this.sendTick();
    }
    this.tick = Math.max(this.tick, due);
    const columns = Math.floor((Date.now() - this.began) / 1000 / COLUMN);
    if (columns - this.columns >= 4) {
      const frame = spectrumFrame(this.columns, Math.min(16, columns - this.columns), COLUMN, this.walk);
      this.columns = columns;
      this.pages.forEach((page) => page.send(frame));
    }
  }

  private sendTick(): void {
    this.tick++;
    this.position += TICK;
    const heard = this.value("detail") - 1;
    const lanes = LEVELS.map((compression, level) => {
      const count = level > heard ? 0 : TICK / compression;
      const temperature = this.value("temperature") + this.value(`level_${level + 1}_temperature`) - 1;
      const codes = Array.from({ length: count }, () => this.next(level, temperature));
      return { codes, temperature, first: this.position - TICK + AHEAD[level]! };
    });
    const beat = Math.exp(-((this.tick % 22) / 9));
    const load = 0.35 + 0.1 * Math.random() + (Math.random() < 0.01 ? 0.8 : 0);
    const frame = tickFrame({
      heard,
      flags: this.value("freeze") | (load > 1 ? 2 : 0),
      piece: this.piece,
      number: this.tick,
      position: this.position,
      ring: RING,
      load,
      peak: 0.5 * beat + 0.02,
      rms: 0.16 * beat + 0.01,
      lanes,
    });
    this.pages.forEach((page) => page.send(frame));
  }

  private next(level: number, temperature: number): number {
    const jump = Math.random() < 0.06 * temperature ? 300 : 14 * temperature;
    this.walk[level] = (this.walk[level]! + Math.round((Math.random() - 0.5) * 2 * jump) + 1024) % 1024;
    return this.walk[level]!;
  }

  private sendStatus(): void {
    this.send({
      ...calm(LEVELS, (key) => this.value(key)),
      seconds: (Date.now() - this.began) / 1000,
      pack: this.pack,
      preset: this.preset,
      preset_changed: this.changed,
      position: this.position,
      piece: this.piece,
      ring_fill: RING,
      ticks: this.tick,
      notes: this.notes,
      recording: this.recordingSince > 0,
      take_seconds: this.recordingSince > 0 ? (Date.now() - this.recordingSince) / 1000 : 0,
      learning: this.learning,
      seed_locked: this.seedLocked,
    });
  }
}

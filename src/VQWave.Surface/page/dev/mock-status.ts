// What the made-up player's status says when nothing goes wrong.

export function calm(levels: readonly number[], value: (key: string) => number): Record<string, unknown> {
  const heard = value("detail") - 1;
  return {
    event: "status",
    changing_pack: false,
    device: "made-up device",
    sounding: true,
    sample_rate: 48000,
    block_frames: 256,
    levels: levels.map((level, i) => ({
      name: `${level}x`,
      engine: "kernels-avx2",
      precision: "int8",
      temperature: value(`level_${i + 1}_temperature`),
      top_k: value(`level_${i + 1}_top_k`),
      drawn_temperature: Math.min(2, Math.max(0, value("temperature") + value(`level_${i + 1}_temperature`) - 1)),
      drawn_top_k: value(`level_${i + 1}_top_k`) || value("top_k"),
      codes: [],
    })),
    detail: heard,
    sounding_level: heard,
    frozen: value("freeze") > 0,
    ring_depth: 640,
    tick_samples: 512,
    budget_ms: 23.2,
    median_ms: 8.4,
    p99_ms: 12.1,
    worst_ms: 29.6,
    load: 0.36,
    late_ticks: 1,
    drops: 0,
    returns: 0,
    starved_blocks: 0,
    starved_samples: 0,
    xruns: 0,
    losses: 0,
    collections: 0,
    allocated_bytes: 0,
    delays_ms: delays(),
    peak_db: -8.2,
    peak_hold_db: -5.9,
    rms_db: -21.7,
    clipped: 0,
    bend: 0,
    midi: { inputs: 1, messages: 12, dropped: 0, last: null },
    take_lost_frames: 0,
    fault: null,
  };
}

export function delays(): Record<string, number> {
  return { ring: 29, decoder: 4, context: 122, resampler: 4, device: 11, total: 170, finest: 56, coarsest: 116 };
}

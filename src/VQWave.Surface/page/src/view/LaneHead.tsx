// The head of a lane: the level's name, which is also the button that hears down to it, and its temperature and top-k.
import { useComputed } from "@preact/signals";
import { controls, status } from "../state";
import { Knob } from "./Knob";
import { hearDownTo, laneState } from "./lane-state";

const SLOTS = 4;

export function LaneHead({ level, compression }: { level: number; compression: number }) {
  const state = useComputed(() => laneState(level));
  // What the level draws with once the global knob has had its say.
  const drawn = useComputed(() => status.value?.levels[level]?.drawn_temperature ?? null);
  const drawnTopK = useComputed(() => status.value?.levels[level]?.drawn_top_k || null);
  const engine = useComputed(() => {
    const now = status.value?.levels[level];
    return now === undefined ? "" : `${now.engine} ${now.precision}`.trim();
  });
  const lowest = controls.value.get("detail")?.parameter.min ?? 1;
  const slot = level + 1;
  const hasKnobs = slot <= SLOTS || controls.value.has(`level_${slot}_temperature`);
  return (
    <div class={`lane-head level-${Math.min(level, 3)} ${state.value}`} data-testid={`lane-${level}`} data-state={state.value}>
      <button
        type="button"
        class="lane-name"
        title={`Hear down to ${compression}x${engine.value === "" ? "" : `. Stepped by ${engine.value}`}`}
        aria-pressed={state.value === "heard"}
        data-testid={`detail-${level}`}
        onClick={() => hearDownTo(level, lowest)}
      >
        <span class="lane-level">{compression}x</span>
        <span class="lane-state">{words(state.value)}</span>
      </button>
      {hasKnobs && (
        <>
          <Knob id={`level_${slot}_temperature`} label="temp" look="in-lane" mark={drawn.value} />
          <Knob id={`level_${slot}_top_k`} label="top-k" look="in-lane" mark={drawnTopK.value} />
        </>
      )}
    </div>
  );
}

function words(state: ReturnType<typeof laneState>): string {
  return state === "heard" ? "heard" : state === "rests" ? "rests" : state === "dropped" ? "dropped" : "";
}

// The deck: what is under the hands. Global knobs, seed, mode, and the large buttons.
import { useComputed } from "@preact/signals";
import { send } from "../player";
import { status } from "../state";
import { Choice, Toggle, Trigger } from "./Buttons";
import { Knob } from "./Knob";

export function Deck() {
  return (
    <section class="deck" aria-label="Controls">
      <div class="deck-knobs">
        <Knob id="temperature" look="large" />
        <Knob id="top_k" look="large" />
        <Knob id="detail" />
        <Knob id="gain" />
        <Knob id="pitch" />
        <Knob id="freeze_length" label="Freeze len" />
        <Seed />
      </div>
      <div class="deck-mode">
        <Choice id="mode" />
      </div>
      <div class="deck-buttons">
        <Toggle id="freeze" label="Freeze" look="big freeze" />
        <Trigger id="reset" label="Reset" look="big" />
        <Toggle id="bypass" label="Mute" look="big mute" />
        <button type="button" class="button big panic" data-testid="button-panic" onClick={() => send({ do: "panic" })}>
          Panic
        </button>
      </div>
    </section>
  );
}

function Seed() {
  const locked = useComputed(() => status.value?.seed_locked ?? false);
  return (
    <div class="seed">
      <Knob id="seed" />
      <div class="seed-buttons">
        <button
          type="button"
          class="button"
          aria-label="Another seed by chance"
          title="Another seed by chance"
          data-testid="button-dice"
          disabled={locked}
          onClick={() => send({ do: "dice" })}
        >
          <svg viewBox="0 0 24 24" class="icon" aria-hidden="true">
            <rect x="3" y="3" width="18" height="18" rx="4" />
            <circle cx="8" cy="8" r="1.6" />
            <circle cx="16" cy="8" r="1.6" />
            <circle cx="12" cy="12" r="1.6" />
            <circle cx="8" cy="16" r="1.6" />
            <circle cx="16" cy="16" r="1.6" />
          </svg>
        </button>
        <button
          type="button"
          class={`button ${locked.value ? "on" : ""}`}
          aria-label="Lock the seed: presets and dice leave it"
          title="Lock the seed: presets and dice leave it"
          aria-pressed={locked}
          data-testid="lock-seed"
          onClick={() => send({ do: "lock_seed", locked: !locked.value })}
        >
          <svg viewBox="0 0 24 24" class="icon" aria-hidden="true">
            <rect x="5" y="11" width="14" height="10" rx="2" />
            <path d={locked.value ? "M8 11V8a4 4 0 0 1 8 0v3" : "M8 11V7a4 4 0 0 1 7.5-2"} />
          </svg>
        </button>
      </div>
    </div>
  );
}

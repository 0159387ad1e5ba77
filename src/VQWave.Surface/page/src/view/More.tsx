// The drawer with the rest: every parameter that is not on the stage, Web MIDI, the log, other devices, and what the keys do.
import { useEffect } from "preact/hooks";
import { startWebMidi, stopWebMidi, webMidi, whyNoWebMidi } from "../input/web-midi";
import { send } from "../player";
import { bindings, controls, invite, messages, network, version } from "../state";
import { Choice, Toggle, Trigger } from "./Buttons";
import { Drawer } from "./Drawer";
import { Knob } from "./Knob";

/** The knobs of levels stand at their lanes; slots that the pack does not have are left out. */
const LEVEL = /^level_\d+_/;

/** What the stage has. */
const ON_STAGE = new Set(["temperature", "top_k", "detail", "gain", "pitch", "seed", "reset", "freeze", "freeze_length", "mode", "bypass"]);

export function More() {
  const rest = [...controls.value.values()].filter(({ parameter }) => !ON_STAGE.has(parameter.key) && !LEVEL.test(parameter.key));
  return (
    <Drawer title="More" id="more">
      <div class="more-knobs">
        {rest
          .filter(({ parameter }) => parameter.kind === "continuous" || parameter.kind === "integer")
          .map(({ parameter }) => (
            <Knob key={parameter.key} id={parameter.key} />
          ))}
      </div>
      {rest.map(({ parameter }) =>
        parameter.kind === "choice" ? (
          <div class="more-line" key={parameter.key}>
            <span>{parameter.name}</span>
            <Choice id={parameter.key} />
          </div>
        ) : parameter.kind === "toggle" ? (
          <Toggle key={parameter.key} id={parameter.key} />
        ) : parameter.kind === "trigger" ? (
          <Trigger key={parameter.key} id={parameter.key} />
        ) : null,
      )}
      <WebMidi />
      <Controllers />
      <Invite />
      <Log />
      <Keys />
      <p class="faint">VQWave {version}</p>
    </Drawer>
  );
}


function WebMidi() {
  const why = whyNoWebMidi();
  const { on, text } = webMidi.value;
  return (
    <section>
      <h3>MIDI of this device</h3>
      <div class="more-line">
        <button
          type="button"
          class={`button ${on ? "on" : ""}`}
          aria-pressed={on}
          disabled={why !== ""}
          data-testid="web-midi"
          onClick={() => (on ? stopWebMidi() : void startWebMidi())}
        >
          {on ? "Forwarding" : "Use its controllers"}
        </button>
        <span class="faint" data-testid="web-midi-text">
          {why !== "" ? why : text}
        </span>
      </div>
    </section>
  );
}

function Controllers() {
  const all = [...bindings.value.values()].sort((a, b) => a.controller - b.controller);
  return (
    <details>
      <summary>Controllers ({all.length})</summary>
      <ul class="list plain">
        {all.map((binding) => (
          <li key={binding.key}>
            CC {binding.controller}
            {binding.channel === null ? "" : ` on channel ${binding.channel}`}: {controls.value.get(binding.key)?.parameter.name ?? binding.key}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Invite() {
  useEffect(() => () => void (invite.value = ""), []);
  return (
    <section>
      <h3>Another device</h3>
      {invite.value === "" ? (
        <button type="button" class="button" data-testid="invite" onClick={() => send({ do: "invite" })}>
          An address for a tablet or phone
        </button>
      ) : (
        <>
          <p>{network.value ? "Open this once, in the same network:" : "Open this once, in another browser of this machine (for a tablet, play with --ui-bind 0.0.0.0):"}</p>
          <input class="wide" type="text" readOnly aria-label="The address for another device" data-testid="invite-url" value={invite.value} onFocus={(event) => event.currentTarget.select()} />
        </>
      )}
    </section>
  );
}

function Log() {
  return (
    <details open>
      <summary>Messages</summary>
      {messages.value.length === 0 && <p class="faint">None yet.</p>}
      <ol class="list plain log">
        {messages.value.map((message) => (
          <li key={message.id} class={message.problem ? "problem-text" : ""}>
            <span class="faint">{message.time.toLocaleTimeString("en-GB")}</span> {message.text}
          </li>
        ))}
      </ol>
    </details>
  );
}

function Keys() {
  return (
    <details>
      <summary>Hands and keys</summary>
      <ul class="list plain">
        <li>Knobs: drag up and down (Shift: finely), wheel, arrow keys, Page Up and Down, Home, End. Double click: default.</li>
        <li>Enter on a knob, or a click on its number: type a value, such as 0.8, -6 dB, all, C4.</li>
        <li>Right click or long press on a knob or button: learn a MIDI controller, forget it.</li>
        <li>A lane's name: hear down to that level.</li>
        <li>A W S E D F T G Y H U J K play notes, Z and X move the octave. The lower on the screen a key is hit, the louder.</li>
      </ul>
    </details>
  );
}

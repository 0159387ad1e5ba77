// The takes: hear, rename, download, delete. A take plays in this page, beside the music.
import { send } from "../player";
import { status, takes } from "../state";
import { Drawer } from "./Drawer";
import { RenameAndDelete } from "./Named";
import { clock } from "./TopBar";

export function Takes() {
  const recording = status.value?.recording ?? false;
  return (
    <Drawer title="Takes" id="takes">
      {recording && <p class="faint">The take that is being recorded appears here when it ends.</p>}
      {takes.value.length === 0 && !recording && <p>No takes yet. Record one with the button at the top.</p>}
      {takes.value.map((take) => {
        const address = `takes/${encodeURIComponent(take.name)}`;
        return (
          <article key={take.name} class="card" data-testid={`take-${take.name}`}>
            <div class="card-head">
              <h3 class="take-name">{take.name}</h3>
              <span class="faint nowrap">
                {clock(take.seconds)} · {size(take.bytes)}
              </span>
            </div>
            <audio controls preload="none" aria-label={`Hear ${take.name}`} src={address} data-testid={`take-audio-${take.name}`} />
            <div class="card-actions">
              <a class="button" href={`${address}?download`} download={take.name} data-testid={`take-download-${take.name}`}>
                Download
              </a>
              <RenameAndDelete
                name={take.name}
                id="take"
                thing="take"
                rename={(to) => send({ do: "rename_take", name: take.name, to })}
                remove={() => send({ do: "delete_take", name: take.name })}
              />
            </div>
          </article>
        );
      })}
    </Drawer>
  );
}

function size(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`;
}

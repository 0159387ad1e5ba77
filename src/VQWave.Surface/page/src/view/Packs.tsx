// The pack browser: each pack's page, and the button that loads it while the music plays.
import { useEffect, useState } from "preact/hooks";
import type { PackPage, PackSummary } from "../model/protocol";
import { send } from "../player";
import { packs, playingPack, status } from "../state";
import { Drawer } from "./Drawer";

export function Packs() {
  const [pages, setPages] = useState<ReadonlyMap<string, PackPage>>(new Map());
  const [problem, setProblem] = useState("");
  useEffect(() => {
    fetchPages().then(
      (read) => setPages(new Map(read.map((page) => [page.name, page]))),
      () => setProblem("The packs' pages could not be read."),
    );
  }, [packs.value]);
  return (
    <Drawer title="Packs" id="packs">
      {problem !== "" && <p class="problem-text">{problem}</p>}
      {packs.value.length === 0 && <p>No packs were found.</p>}
      {packs.value.map((pack) => (
        <Pack key={pack.name} pack={pack} page={pages.get(pack.name)} />
      ))}
    </Drawer>
  );
}

async function fetchPages(): Promise<PackPage[]> {
  const answer = await fetch("api/packs", { cache: "no-store" });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return (await answer.json()) as PackPage[];
}

function Pack({ pack, page }: { pack: PackSummary; page: PackPage | undefined }) {
  const plays = pack.name === playingPack.value;
  const changing = status.value?.changing_pack ?? false;
  return (
    <article class={`card ${plays ? "card-on" : ""}`} data-testid={`pack-${pack.name}`}>
      <div class="card-head">
        <h3>{pack.title}</h3>
        <button
          type="button"
          class={`button ${plays ? "on" : ""}`}
          disabled={plays || changing || pack.problem !== null}
          data-testid={`pack-play-${pack.name}`}
          aria-label={plays ? `${pack.title} plays` : `Play ${pack.title}`}
          onClick={() => send({ do: "pack", name: pack.name })}
        >
          {plays ? "plays" : changing ? "loading …" : "Play"}
        </button>
      </div>
      <p>{pack.description}</p>
      {pack.problem !== null && <p class="problem-text">{pack.problem}</p>}
      <dl class="facts">
        {pack.licence !== null && <Fact name="Licence" value={pack.licence} />}
        {page !== undefined && (
          <>
            <Fact name="Levels" value={page.levels.map((level) => `${level}x`).join(", ")} />
            <Fact name="Sound" value={`${page.sample_rate.toLocaleString("en")} Hz`} />
            <Fact name="Size" value={`${(page.size_bytes / 1e6).toFixed(1)} MB`} />
          </>
        )}
      </dl>
      {page !== undefined && <Page page={page} open={plays} />}
    </article>
  );
}

function Page({ page, open }: { page: PackPage; open: boolean }) {
  const training = Object.entries(page.training);
  return (
    <>
      {page.examples.map((file, i) => (
        <figure key={file} class="example">
          <figcaption>{page.examples.length > 1 ? `Example ${i + 1}` : "Example"}</figcaption>
          <audio controls preload="none" aria-label={`${page.title}, ${file}`} src={`api/packs/${encodeURIComponent(page.name)}/examples/${encodeURIComponent(file)}`} />
        </figure>
      ))}
      {training.length > 0 && (
        <details open={open}>
          <summary>What it was trained on</summary>
          <dl class="facts">
            {training.map(([name, value]) => (
              <Fact key={name} name={name.replaceAll("_", " ")} value={inWords(value)} />
            ))}
          </dl>
        </details>
      )}
      {page.metrics.length > 0 && (
        <details>
          <summary>Figures</summary>
          {page.metrics.map((table) => (
            <Metrics key={table.label} table={table} />
          ))}
        </details>
      )}
    </>
  );
}

function Metrics({ table }: { table: PackPage["metrics"][number] }) {
  const [heading, ...rows] = table.rows;
  return (
    <div class="table-box" tabIndex={0} role="group" aria-label={table.label}>
      <table>
        <caption>{table.label}</caption>
        <thead>
          <tr>
            {heading?.map((cell, i) => (
              <th key={i} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (j === 0 ? <th scope="row">{cell}</th> : <td key={j}>{cell ?? "–"}</td>))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function inWords(value: unknown): string {
  if (value === null || value === undefined) {
    return "–";
  }
  if (typeof value !== "object") {
    return String(value);
  }
  const parts = Array.isArray(value) ? value.map(inWords) : Object.entries(value).map(([name, part]) => `${name.replaceAll("_", " ")} ${inWords(part)}`);
  return parts.join(", ");
}

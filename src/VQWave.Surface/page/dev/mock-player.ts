// A player that is not there: `npm run dev` shows a living page on made-up codes, for who works on its looks. A plug-in of Vite that
// answers the page's requests and its WebSocket; no part of the build. `npm run preview` shows the built page the same way, under the
// policy that the player serves it with.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, HttpServer, Plugin } from "vite";
import { WebSocketServer, type WebSocket } from "ws";
import { exampleSound, packPages, palette } from "./mock-data";
import { MockEngine } from "./mock-engine";

export function mockPlayer(): Plugin {
  return {
    name: "mock-player",
    apply: "serve",
    configureServer: (server) => play(server.httpServer, server.middlewares),
    configurePreviewServer: (server) => {
      server.middlewares.use((_request, response, next) => {
        response.setHeader("Content-Security-Policy", "default-src 'self'; style-src 'self'");
        next();
      });
      play(server.httpServer, server.middlewares);
    },
  };
}

function play(http: { on: HttpServer["on"] } | null, requests: Connect.Server): void {
  const engine = new MockEngine();
  const sockets = new WebSocketServer({ noServer: true });
  http?.on("upgrade", (request, socket, head) => {
    if (request.url?.startsWith("/live")) {
      sockets.handleUpgrade(request, socket, head, (page) => greet(engine, page));
    }
  });
  http?.on("close", () => engine.stop());
  requests.use((request, response, next) => {
    if (!answer(request, response)) {
      next();
    }
  });
}

function greet(engine: MockEngine, page: WebSocket): void {
  engine.join(page);
  page.on("message", (data) => engine.command(JSON.parse(String(data)) as Record<string, unknown>, page));
  page.on("close", () => engine.leave(page));
}

function answer(request: IncomingMessage, response: ServerResponse): boolean {
  const path = decodeURIComponent(request.url ?? "").replace(/\?.*/, "");
  if (path === "/api/palette" || path === "/api/packs") {
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(path === "/api/palette" ? palette() : packPages()));
    return true;
  }
  if (path.startsWith("/takes/") || path.startsWith("/api/packs/")) {
    response.setHeader("Content-Type", "audio/wav");
    response.end(exampleSound());
    return true;
  }
  return false;
}

// The page's build: hashed files under assets/, nothing inlined, so that the server's policy can allow its own files only.
import { defineConfig } from "vite";
import { mockPlayer } from "./dev/mock-player";

export default defineConfig({
  base: "./",
  // Unit tests need no player, and its clock would keep them from ending.
  plugins: process.env.VITEST ? [] : [mockPlayer()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { output: { manualChunks: undefined } },
  },
  server: { host: "127.0.0.1", port: 5173 },
});

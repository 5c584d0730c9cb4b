import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { PluginOption } from "vite";
import { defineConfig } from "vitest/config";

const source = fileURLToPath(new URL("./src", import.meta.url));

/** Answers /api/v1 from fixtures while developing without a server; never part of a build. */
async function mockApi(): Promise<PluginOption> {
  const { mockPlugin } = await import("./dev/mock.mjs");
  return mockPlugin();
}

function proxied(target: string) {
  return { target, changeOrigin: true, headers: { origin: target } };
}

export default defineConfig(async ({ command, mode }) => {
  const server = process.env.YUNHENG_URL;
  const useMock = command === "serve" && mode !== "test" && !server;
  return {
    plugins: [react(), ...(useMock ? [await mockApi()] : [])],
    resolve: { alias: { "@": source } },
    server: {
      host: "127.0.0.1",
      port: 5173,
      // The server gives its cookie for the token of the address, and answers pages of its own origin only.
      proxy: server ? { "/api": proxied(server), "^/\\?token=": proxied(server) } : undefined,
    },
    build: { target: "es2022", sourcemap: false, manifest: true, chunkSizeWarningLimit: 900 },
    test: {
      include: ["src/**/*.test.ts", "src/**/*.test.tsx", "test/**/*.test.ts"],
      environment: "node",
      testTimeout: 60_000,
    },
  };
});

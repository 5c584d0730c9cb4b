import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const source = fileURLToPath(new URL("./src", import.meta.url));

/** The server that answers while pages are developed: YUNHENG_URL is the address that `yunheng serve` printed. */
function server(): string {
  const address = process.env.YUNHENG_URL;
  if (address) return new URL(address).origin;
  throw new Error(
    "set YUNHENG_URL to the address that `yunheng serve` printed, and open this one with the same ?token=",
  );
}

function proxied(target: string) {
  return { target, changeOrigin: true, headers: { origin: target } };
}

export default defineConfig(({ command, mode }) => {
  const isServing = command === "serve" && mode !== "test";
  return {
    plugins: [react()],
    resolve: { alias: { "@": source } },
    server: {
      host: "127.0.0.1",
      port: 5173,
      // The server gives its cookie for the token of the address, and answers pages of its own origin only.
      proxy: isServing ? { "/api": proxied(server()), "^/\\?token=": proxied(server()) } : undefined,
    },
    build: { target: "es2022", sourcemap: false, manifest: true, chunkSizeWarningLimit: 900 },
    test: {
      include: ["src/**/*.test.ts", "src/**/*.test.tsx", "test/**/*.test.ts"],
      environment: "node",
      testTimeout: 60_000,
    },
  };
});

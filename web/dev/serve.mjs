/**
 * Serves the built pages (after `npm run build`): node dev/serve.mjs [PORT]
 * The API is the mock, or with YUNHENG_URL (the address `yunheng serve` printed) the server there.
 */
import { createReadStream, existsSync, statSync } from "node:fs";
import { request as askServer, createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { handle } from "./mock.mjs";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const port = Number(process.argv[2] ?? 5173);
const server = process.env.YUNHENG_URL ? new URL(process.env.YUNHENG_URL) : null;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** Hands a request on as if it came from the server's own page. */
function forward(request, response) {
  const { origin: _, cookie: __, ...headers } = request.headers;
  const options = {
    method: request.method,
    headers: { ...headers, host: server.host, authorization: `Bearer ${server.searchParams.get("token")}` },
  };
  const asked = askServer(new URL(request.url, server.origin), options, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  asked.on("error", (error) => response.writeHead(502).end(error.message));
  request.pipe(asked);
}

createServer((request, response) => {
  if (request.url.startsWith("/api/v1")) {
    if (server) forward(request, response);
    else void handle(request, response);
    return;
  }
  const wanted = join(dist, normalize(new URL(request.url, "http://local").pathname));
  const file = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(dist, "index.html");
  response.setHeader("content-type", `${TYPES[extname(file)] ?? "application/octet-stream"}; charset=utf-8`);
  createReadStream(file).pipe(response);
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));

import createClient, { type Middleware } from "openapi-fetch";
import { ProblemError, plainProblem, problemOf } from "@/lib/problem";
import type { paths } from "./schema";

export const API_BASE = "/api/v1";

const problems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
    return undefined;
  },
  onError({ error }) {
    if (error instanceof ProblemError) return error;
    return new ProblemError(plainProblem("unreachable", 0, String(error)));
  },
};

/** Typed client of the API; every call either has data or throws a ProblemError. */
export const api = createClient<paths>({ baseUrl: API_BASE });
api.use(problems);

/** The data of a call; failures were thrown by the middleware. */
export async function dataOf<Data>(call: Promise<{ data?: Data }>): Promise<Data> {
  const { data } = await call;
  if (data === undefined) throw new ProblemError(plainProblem("http", 0, "the answer is empty"));
  return data;
}

/** Waits for a call whose answer says nothing. */
export async function done(call: Promise<unknown>): Promise<void> {
  await call;
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`${API_BASE}${path}`, init);
  } catch (error) {
    throw new ProblemError(plainProblem("unreachable", 0, String(error)));
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Posts a JSON body and saves the answer as a file, named as the server says. */
export async function download(path: string, body: unknown, fallbackName: string): Promise<void> {
  const response = await send(path, posted(body));
  await saveAs(response, fileNameOf(response.headers.get("content-disposition")) ?? fallbackName);
}

/** Gets a file and saves it under a name; with a body it is asked for by POST. */
export async function downloadAs(path: string, name: string, body?: unknown): Promise<void> {
  await saveAs(await send(path, body === undefined ? {} : posted(body)), name);
}

function posted(body: unknown): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

async function saveAs(response: Response, name: string): Promise<void> {
  const url = URL.createObjectURL(await response.blob());
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function fileNameOf(disposition: string | null): string | null {
  if (!disposition) return null;
  const extended = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (extended) return decodeURIComponent(extended);
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? null;
}

/** Paths that take a file, and what they answer it with. */
type Taking = "/uploads" | "/targets/import";
type Answered<Path extends Taking> = paths[Path]["post"]["responses"][200]["content"]["application/json"];

/** Sends one file as multipart field `file`. */
export async function postFile<Path extends Taking>(path: Path, file: File): Promise<Answered<Path>> {
  const form = new FormData();
  form.append("file", file);
  const response = await send(path, { method: "POST", body: form });
  return response.json();
}

/**
 * Uploads one file with progress (0..1); fetch has no upload progress in browsers, XMLHttpRequest has.
 */
export function uploadFile<Path extends Taking>(
  path: Path,
  file: File,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Answered<Path>> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${API_BASE}${path}`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(new ProblemError(plainProblem("unreachable", 0, "network")));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    request.onload = () => {
      const response = new Response(request.responseText, {
        status: request.status,
        statusText: request.statusText,
      });
      if (response.ok) resolve(response.json());
      else problemOf(response).then(reject);
    };
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

/** A problem of a definition file: where, what, and what to do. */
export type Issue = {
  path: string;
  line: number;
  column: number;
  code: string;
  message: string;
  hint: string | null;
  severity: "error" | "warning";
};

/** RFC 9457. It may also come from a proxy or from no server at all, so little of it is certain. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  hint?: string | null;
  request_id?: string;
  issues?: Issue[];
};

/** An answer of the server that is not a success, or no answer at all (`code` "unreachable"). */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

/** Reads RFC 9457 bodies; anything else (a proxy's page, an empty body) becomes a problem with its status. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as Partial<Problem>;
    if (typeof body.code === "string" && typeof body.title === "string") {
      return new ProblemError({ ...body, status: response.status } as Problem);
    }
  } catch {
    // not JSON: fall through to the plain form
  }
  return new ProblemError(
    plainProblem("http", response.status, response.statusText || String(response.status)),
  );
}

export function plainProblem(code: string, status: number, title: string): Problem {
  return { type: "about:blank", title, status, code };
}

export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return plainProblem("unexpected", 0, error instanceof Error ? error.message : String(error));
}

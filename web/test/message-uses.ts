import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const source = fileURLToPath(new URL("../src/", import.meta.url));

/** The files of the pages: no tests, nothing generated. */
export function pageFiles(): string[] {
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter(
      (path) => /\.tsx?$/.test(path) && !/\.(test|d)\.tsx?$/.test(path) && path !== join("api", "schema.ts"),
    )
    .map((path) => join(source, path));
}

/** Which files say which messages, by key: a literal, or a template whose parts have types of literals. */
export function messageUses(keys: string[]): Map<string, Set<string>> {
  const config = ts.readConfigFile(
    fileURLToPath(new URL("../tsconfig.json", import.meta.url)),
    ts.sys.readFile,
  );
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, join(source, ".."));
  const files = pageFiles();
  const program = ts.createProgram([...files, join(source, "ui/custom-properties.d.ts")], options);
  const checker = program.getTypeChecker();
  const known = new Set(keys);
  const uses = new Map<string, Set<string>>();
  for (const path of files) {
    const file = program.getSourceFile(path);
    const name = relative(source, path);
    const use = (text: string) => {
      for (const key of [text, `${text}_one`, `${text}_other`]) {
        if (known.has(key)) uses.set(key, (uses.get(key) ?? new Set()).add(name));
      }
    };
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node)) use(node.text);
      if (ts.isTemplateExpression(node)) for (const text of textsOf(checker, node)) use(text);
      ts.forEachChild(node, visit);
    };
    if (file) visit(file);
  }
  return uses;
}

/** Every text a template can be; none when a part is any text. */
function textsOf(checker: ts.TypeChecker, template: ts.TemplateExpression): string[] {
  let texts = [template.head.text];
  for (const span of template.templateSpans) {
    const type = checker.getTypeAtLocation(span.expression);
    const parts = (type.isUnion() ? type.types : [type]).flatMap((one) =>
      one.isStringLiteral() ? [one.value] : [],
    );
    texts = texts.flatMap((text) => parts.map((part) => text + part + span.literal.text));
  }
  return texts;
}

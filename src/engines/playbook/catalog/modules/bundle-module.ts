import { extname, join } from "node:path";
import { isBuiltin } from "node:module";
import type { Message, Metafile } from "esbuild";
import { asError } from "../../../../base/errors.ts";
import { printable } from "../../../../base/printable.ts";
import { playbookBounds } from "../../playbook.ts";
import { catalogBounds } from "../bounds.ts";
import type { CatalogProblem } from "../catalog.ts";
import type { Build, BuildSettings, Built } from "./esbuild-service.ts";
import { folderImports } from "./folder-imports.ts";

export type Bundled = { readonly code: string } | { readonly problems: readonly CatalogProblem[] };

/** What a module playbook has to export, when it does not export one object with it as `default`. */
const required = ["onStart", "actions"] as const;

/**
 * Makes one ES module of a playbook and all that it imports but Node's own modules, without executing any of it. The same files give
 * the same text on every machine.
 *
 * @param root real path of the folder of playbooks
 * @param path of the playbook in it
 * @param source its text
 */
export const bundleModule = async (build: Build, root: string, path: string, source: Buffer): Promise<Bundled> => {
  const file = join(root, path);
  const problem = (message: string): Bundled => ({ problems: [{ file, at: "", message }] });
  let built: Built;
  try {
    built = await build(settingsOf(root, path, source));
  } catch (thrown) {
    const messages = messagesOf(thrown);
    if (messages === undefined) return problem(`cannot be made one module: ${printable(asError(thrown).message, 200)}`);
    return { problems: messages.slice(0, catalogBounds.problems).map((message) => problemOf(root, file, message)) };
  }
  const [output, ...more] = built.outputFiles;
  const facts = Object.values(built.metafile.outputs)[0];
  if (output === undefined || facts === undefined || more.length > 0) return problem("imports what is no JavaScript");
  const missing = facts.exports.includes("default") ? [] : required.filter((name) => !facts.exports.includes(name));
  if (missing.length > 0) return problem(`does not export ${missing.join(" and ")}`);
  const code = prefixOf(facts) + output.text;
  if (Buffer.byteLength(code) > playbookBounds.codeBytes) {
    return problem(`is larger than ${playbookBounds.codeBytes} bytes with all that it imports`);
  }
  return { code };
};

const settingsOf = (root: string, path: string, source: Buffer): BuildSettings => ({
  // Not as a file: a link would be named by where it leads, which is another place on every machine.
  stdin: {
    contents: source,
    resolveDir: root,
    sourcefile: path,
    loader: extname(path) === ".ts" || extname(path) === ".mts" ? "ts" : "js",
  },
  absWorkingDir: root,
  bundle: true,
  write: false,
  metafile: true,
  platform: "node",
  format: "esm",
  target: "node20",
  charset: "utf8",
  logLevel: "silent",
  logLimit: catalogBounds.problems,
  // What stands around the folder, or in the environment, has no say.
  tsconfigRaw: {},
  nodePaths: [],
  plugins: [folderImports(root)],
});

type OutputFacts = Metafile["outputs"][string];

/** CommonJS packages ask for Node's modules by a `require` that ES modules do not have. */
const requireForCommonJs = "globalThis.require ??= (name) => process.getBuiltinModule(name);\n";

const prefixOf = ({ imports }: OutputFacts): string =>
  imports.some(({ kind, path }) => kind === "require-call" && isBuiltin(path)) ? requireForCommonJs : "";

const messagesOf = (thrown: unknown): readonly Message[] | undefined =>
  thrown instanceof Error && "errors" in thrown && Array.isArray(thrown.errors)
    ? (thrown.errors as readonly Message[])
    : undefined;

const problemOf = (root: string, file: string, { text, location }: Message): CatalogProblem => ({
  file: location === null ? file : join(root, location.file),
  at: location === null ? "" : `${location.line}:${location.column + 1}`,
  message: printable(text, 300),
});

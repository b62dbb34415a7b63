import { createHash } from "node:crypto";
import { compileHttpBlock } from "./http-block.ts";
import { readInfo } from "./info.ts";
import { parseYaml } from "./document.ts";
import { refuseOtherKeys } from "./keys.ts";
import type { Problem } from "./problem.ts";
import type { Section } from "./section.ts";
import {
  defaultTemplateLimits,
  type ParsedTemplate,
  type Template,
  type TemplateInfo,
  type TemplateLimits,
} from "./template.ts";

export interface ParseOptions {
  /** Names that placeholders may have beside the target's; each run gives their values. */
  readonly variables?: readonly string[];
}

/** Keys of a template that name a protocol, with the protocol's name. */
const protocols: Readonly<Record<string, string>> = {
  http: "http",
  requests: "http",
  dns: "dns",
  file: "file",
  network: "network",
  tcp: "network",
  ssl: "ssl",
  websocket: "websocket",
  headless: "headless",
  code: "code",
  javascript: "javascript",
  whois: "whois",
  workflows: "workflows",
};

const idForm = /^([a-zA-Z0-9]+[-_])*[a-zA-Z0-9]+$/;

/**
 * Compiles the text of a template. Never throws for what the text says: `refused` when it uses what this engine does
 * not run, `invalid` when it is not a template at all; both with every reason and its line.
 *
 * @param file the name to report, such as its path
 */
export const parseTemplate = (
  text: string,
  file: string,
  limits: TemplateLimits = defaultTemplateLimits,
  { variables = [] }: ParseOptions = {},
): ParsedTemplate => {
  const problems: Problem[] = [];
  const size = Buffer.byteLength(text);
  if (size > limits.fileBytes) {
    return fileProblem(file, `is ${size} bytes; templates have at most ${limits.fileBytes}`);
  }
  const root = parseYaml(text, { file, problems, variables: new Set(variables) });
  const info = root === undefined ? undefined : readInfo(root);
  const template = root === undefined ? undefined : compile(root, info, { file, digest: digestOf(text), limits });
  const reasons = problems.toSorted((a, b) => a.line - b.line);
  const head = {
    file,
    id: root === undefined ? undefined : template?.id || undefined,
    protocols: root === undefined ? [] : usedProtocols(root),
    info,
    reasons,
  };
  if (template !== undefined && reasons.length === 0) return { ...head, status: "supported", template };
  return { ...head, status: reasons.some(({ kind }) => kind === "invalid") ? "invalid" : "refused" };
};

/** A file that cannot be read as a template, for a reason that no line of it has. */
export const fileProblem = (file: string, message: string): ParsedTemplate & { readonly status: "invalid" } => ({
  file,
  id: undefined,
  protocols: [],
  info: undefined,
  status: "invalid",
  reasons: [{ kind: "invalid", file, line: 1, key: "", message }],
});

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

interface CompileSetup {
  readonly file: string;
  readonly digest: string;
  readonly limits: TemplateLimits;
}

const compile = (root: Section, info: TemplateInfo | undefined, { file, digest, limits }: CompileSetup): Template => {
  refuseOtherKeys(root, "template");
  if (usedProtocols(root).length === 0) root.complain("invalid", "http", "is missing: the template sends nothing");
  if (root.has("http") && root.has("requests"))
    root.complain("invalid", "requests", "is the old name of http; use one");
  const http = [...root.sections("http"), ...root.sections("requests")].map((block) => compileHttpBlock(block, limits));
  for (const key of ["http", "requests"]) {
    if (root.has(key) && http.length === 0) root.complain("invalid", key, "needs at least one request");
  }
  const requestCount = http.reduce((sum, block) => sum + block.paths.length, 0);
  if (requestCount > limits.requestsPerTemplate) {
    root.complain("invalid", "http", `sends ${requestCount} requests; at most ${limits.requestsPerTemplate} are run`);
  }
  return {
    id: readId(root),
    file,
    digest,
    info: info ?? { name: "", author: [], severity: "unknown" },
    stopAtFirstMatch: root.boolean("stop-at-first-match"),
    http,
    requestCount,
  };
};

const readId = (root: Section): string => {
  const id = root.string("id") ?? "";
  if (id === "") root.complain("invalid", "id", "is missing");
  else if (!idForm.test(id)) root.complain("invalid", "id", `"${id}" must be letters and digits joined by - or _`);
  return id;
};

const usedProtocols = (root: Section): readonly string[] => [
  ...new Set(root.keys().flatMap(({ value }) => (Object.hasOwn(protocols, value) ? [protocols[value] ?? value] : []))),
];

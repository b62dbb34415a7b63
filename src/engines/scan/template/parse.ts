import { parseYaml } from "./document.ts";
import { type HelperFile, noFiles, type TemplateFiles } from "./files.ts";
import { HelperFiles } from "./helper-files.ts";
import { readFlow } from "../flow/script.ts";
import { compileWorkflow, requestsOfWorkflow } from "../workflow/compile.ts";
import type { Workflow } from "../workflow/workflow.ts";
import { readInfo } from "./info.ts";
import { refuseOtherKeys } from "./keys.ts";
import type { Problem } from "./problem.ts";
import { compileBlocks, usedProtocols } from "./protocol-blocks.ts";
import type { Section } from "./section.ts";
import { defaultTemplateLimits, type ParsedTemplate, type Template, type TemplateLimits } from "./template.ts";
import type { TemplateInfo } from "./template-head.ts";
import { compileVariables, randomNamesIn, readConstants } from "./variables.ts";
import { workflowCatalog } from "./workflow-catalog.ts";

export interface ParseOptions {
  /** Where the template stands in the folder of templates: what the files that it names are relative to. */
  readonly path?: string;
  /** The files beside it; none when absent. */
  readonly files?: TemplateFiles;
  /** It is a part of a workflow, and cannot be one itself. */
  readonly isPart?: boolean;
}

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
  { path = file, files = noFiles, isPart = false }: ParseOptions = {},
): ParsedTemplate => {
  const problems: Problem[] = [];
  const size = Buffer.byteLength(text);
  if (size > limits.fileBytes) {
    return fileProblem(file, `is ${size} bytes; templates have at most ${limits.fileBytes}`);
  }
  const root = parseYaml(text, { file, problems });
  const info = root === undefined ? undefined : readInfo(root);
  const helpers = new HelperFiles(path, files);
  const usesOob = text.includes("interactsh-url");
  const randomNames = randomNamesIn(text);
  const setup = { file, usesOob, randomNames, helpers, isPart, limits };
  const template = root === undefined ? undefined : compile(root, info, setup);
  const reasons = problems.toSorted((a, b) => a.line - b.line);
  const head = {
    file,
    id: root === undefined ? undefined : template?.id || undefined,
    protocols: root === undefined ? [] : usedProtocols(root),
    info,
    reasons,
  };
  if (template !== undefined && reasons.length === 0) {
    return { ...head, status: "supported", template, helpers: helpers.used() };
  }
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

interface CompileSetup {
  readonly file: string;
  readonly usesOob: boolean;
  readonly randomNames: readonly string[];
  readonly helpers: HelperFiles;
  readonly isPart: boolean;
  readonly limits: TemplateLimits;
}

const compile = (
  root: Section,
  info: TemplateInfo | undefined,
  { file, usesOob, randomNames, helpers, isPart, limits }: CompileSetup,
): Template => {
  refuseOtherKeys(root, "template");
  if (usedProtocols(root).length === 0) root.complain("invalid", "http", "is missing: the template sends nothing");
  const selfContained = root.boolean("self-contained");
  const blocks = compileBlocks(root, {
    limits,
    selfContained,
    readFile: (path) => {
      const found = helpers.find(path);
      return typeof found === "string" ? found : found.content;
    },
  });
  const workflow = readWorkflow(root, helpers, isPart, limits);
  if (workflow !== undefined && blocks.length > 0)
    root.complain("invalid", "workflows", "cannot stand beside requests");
  const requestCount =
    workflow === undefined ? blocks.reduce((sum, block) => sum + block.requests, 0) : requestsOfWorkflow(workflow);
  if (requestCount > limits.requestsPerTemplate) {
    root.complain("invalid", "http", `sends ${requestCount} requests; at most ${limits.requestsPerTemplate} are run`);
  }
  return {
    id: readId(root),
    file,
    info: info ?? { name: "", author: [], severity: "unknown" },
    usesOob,
    variables: compileVariables(root, randomNames),
    constants: readConstants(root),
    selfContained,
    stopAtFirstMatch: root.boolean("stop-at-first-match"),
    blocks,
    flow: readFlow(root),
    workflow,
    requestCount,
  };
};

const readWorkflow = (
  root: Section,
  helpers: HelperFiles,
  isPart: boolean,
  limits: TemplateLimits,
): Workflow<Template> | undefined => {
  if (!root.has("workflows")) return undefined;
  if (isPart) {
    root.complain("refused", "workflows", "a workflow cannot be a part of another one");
    return undefined;
  }
  const parse = ({ path, content }: HelperFile): ParsedTemplate =>
    parseTemplate(Buffer.from(content).toString("utf8"), path, limits, { path, files: helpers.files, isPart: true });
  return compileWorkflow(root, workflowCatalog(helpers, parse));
};

const readId = (root: Section): string => {
  const id = root.string("id") ?? "";
  if (id === "") root.complain("invalid", "id", "is missing");
  else if (!idForm.test(id)) root.complain("invalid", "id", `"${id}" must be letters and digits joined by - or _`);
  return id;
};

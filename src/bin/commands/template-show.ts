import { readFile, stat } from "node:fs/promises";
import type { Command } from "commander";
import { printable } from "../../base/printable.ts";
import type { TemplateDescription, TemplateFile, UsedKey } from "../../engines/scan/index.ts";
import { exitCodes, type ExitCode } from "../process/exit-codes.ts";
import { jsonLine } from "../output/text/json-text.ts";
import { toStdout } from "../output/stdout.ts";
import { sayCounts } from "../output/scan/template-counts.ts";
import { collect } from "../process/parse-flags.ts";
import { UsageError } from "../process/usage-error.ts";
import { type OnExit, type OutputFlags, withOutputFlags } from "./common-flags.ts";

interface Flags extends OutputFlags {
  readonly templates?: readonly string[];
}

const valueChars = 500;

/** A file or folder, or the id of one of the templates at `--templates`. */
const find = async (name: string, { templates }: Flags): Promise<readonly TemplateFile[]> => {
  const { everyTemplate, loadTemplates, selectTemplates } = await import("../../engines/scan/index.ts");
  if ((await stat(name).catch(() => undefined)) !== undefined) return loadTemplates([name]);
  if (templates === undefined) {
    throw new UsageError(`${name}: no such file; for the id of a template say with --templates where it is`);
  }
  const found = selectTemplates(await loadTemplates(templates), { ...everyTemplate, ids: [name] });
  if (found.length === 0) throw new UsageError(`${name}: no template at ${templates.join(", ")} has this id`);
  return found;
};

/** The text of a template; of one that is no template, as far as it may be read at all. */
const textOf = async (template: TemplateFile): Promise<string> => {
  if (template.status === "supported") return Buffer.from(template.content).toString("utf8");
  const { defaultTemplateLimits } = await import("../../engines/scan/index.ts");
  const found = await stat(template.file).catch(() => undefined);
  if (found?.isFile() !== true || found.size > defaultTemplateLimits.fileBytes) return "";
  return readFile(template.file, "utf8");
};

const supportOf = ({ support }: UsedKey): string =>
  support === undefined ? "unknown" : `${support.supported ? "supported" : "refused"}: ${support.note}`;

const jsonOf = (template: TemplateFile, { sends, keys }: TemplateDescription): string => {
  const { file, id, protocols, status, info, reasons } = template;
  return jsonLine({
    file,
    id: id ?? null,
    protocols,
    status,
    info: info ?? null,
    requests: template.template?.requestCount ?? null,
    sends,
    keys: keys.map((used) => ({
      key: used.key,
      line: used.line,
      supported: used.support?.supported === true,
      note: used.support?.note ?? null,
    })),
    reasons: reasons.map(({ key, line, message }) => ({ key, line, message })),
  });
};

/** What is known of a template, a line each; what is not known is left out. */
const linesOf = (template: TemplateFile, { sends, keys }: TemplateDescription): readonly string[] => {
  const { file, id, protocols, status, info, reasons } = template;
  const facts: readonly (readonly [string, string | number | undefined])[] = [
    ["id", id],
    ["file", file],
    ["status", status],
    ["name", info?.name],
    ["author", info?.author.join(", ")],
    ["severity", info?.severity],
    ["tags", info?.tags?.join(", ")],
    ["protocols", protocols.join(", ")],
    ["requests", template.template?.requestCount],
    ...sends.map(({ block, request }) => ["sends", `${block} ${request}`] as const),
    ...keys.map((used) => ["key", `${used.key} (line ${used.line}) ${supportOf(used)}`] as const),
    ...reasons.map(({ key, line, message }) => [status, `line ${line}: ${key} ${message}`] as const),
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`${name.padEnd(9)} ${printable(String(value), valueChars)}`],
  );
};

const show = async (name: string, flags: Flags): Promise<ExitCode> => {
  const { describeTemplate } = await import("../../engines/scan/index.ts");
  const templates = await find(name, flags);
  for (const template of templates) {
    const description = describeTemplate(await textOf(template));
    const text =
      flags.json === true ? jsonOf(template, description) : `${linesOf(template, description).join("\n")}\n\n`;
    if (!(await toStdout(text))) break;
  }
  if (flags.quiet !== true) sayCounts(templates);
  return exitCodes.complete;
};

export const addTemplateShow = (template: Command, onExit: OnExit): void => {
  const command = template
    .command("show <path|id>")
    .description("what a template sends, the keys it uses, and why it is not run if it is not")
    .option("--templates <path>", "where the template with this id is; repeatable", collect);
  withOutputFlags(command, "one JSON object a line").action(async (name: string, flags: Flags) => {
    onExit(await show(name, flags));
  });
};

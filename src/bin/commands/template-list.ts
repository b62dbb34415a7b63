import type { Command } from "commander";
import { printable } from "../../base/printable.ts";
import type { TemplateFile } from "../../engines/scan/index.ts";
import { exitCodes, type ExitCode } from "../process/exit-codes.ts";
import { jsonLine } from "../output/text/json-text.ts";
import { toStdout } from "../output/stdout.ts";
import { sayCounts } from "../output/scan/template-counts.ts";
import { type OnExit, type OutputFlags, withOutputFlags } from "./common-flags.ts";
import { type SelectionFlags, selectionOf, withSelectionFlags } from "./scan/template-flags.ts";

interface Flags extends OutputFlags, SelectionFlags {}

const nameChars = 100;
const rowsAtOnce = 500;

const jsonOf = ({ file, id, protocols, status, info, template }: TemplateFile): string =>
  jsonLine({
    file,
    id: id ?? null,
    protocols,
    status,
    severity: info?.severity ?? null,
    name: info?.name ?? null,
    author: info?.author ?? [],
    tags: info?.tags ?? [],
    requests: template?.requestCount ?? null,
  });

/** One line a template, for pagers and for `grep`: severity, status, protocols, id, name. */
const lineOf = ({ file, id, protocols, status, info }: TemplateFile): string =>
  [
    (info?.severity ?? "").padEnd(8),
    status.padEnd(9),
    protocols.join(",").padEnd(9),
    printable(id ?? file),
    printable(info?.name ?? "", nameChars),
  ]
    .join("  ")
    .trimEnd();

const list = async (paths: readonly string[], flags: Flags): Promise<ExitCode> => {
  const { loadTemplates, selectTemplates } = await import("../../engines/scan/index.ts");
  const files = selectTemplates(await loadTemplates(paths), selectionOf(flags));
  const render = flags.json === true ? jsonOf : (file: TemplateFile) => `${lineOf(file)}\n`;
  for (let from = 0; from < files.length; from += rowsAtOnce) {
    const rows = files.slice(from, from + rowsAtOnce).map(render);
    // A pager that was left wants no more.
    if (!(await toStdout(rows.join("")))) break;
  }
  if (flags.quiet !== true) sayCounts(files);
  return exitCodes.complete;
};

export const addTemplateList = (template: Command, onExit: OnExit): void => {
  const command = template
    .command("list <path...>")
    .description("the templates in files and folders, one a line: severity, status, protocols, id, name");
  withOutputFlags(withSelectionFlags(command), "one JSON object a line").action(
    async (paths: readonly string[], flags: Flags) => {
      onExit(await list(paths, flags));
    },
  );
};

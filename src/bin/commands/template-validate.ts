import type { Command } from "commander";
import type { TemplateFile } from "../../engines/scan/index.ts";
import { exitCodes, type ExitCode } from "../process/exit-codes.ts";
import { jsonLine } from "../output/text/json-text.ts";
import { messageLine } from "../output/messages.ts";
import { toStdout } from "../output/stdout.ts";
import { sayCounts } from "../output/scan/template-counts.ts";
import { reasonLines } from "./load-supported.ts";

interface Flags {
  readonly json?: true;
  readonly quiet?: true;
}

const jsonOf = ({ file, id, protocols, status, reasons }: TemplateFile): string =>
  jsonLine({
    file,
    id: id ?? null,
    protocols,
    status,
    reasons: reasons.map(({ key, line, message }) => ({ key, line, message })),
  });

const linesOf = (file: TemplateFile): readonly string[] =>
  file.status === "supported" ? [`${file.file}: supported`] : reasonLines(file);

const validate = async (path: string, flags: Flags): Promise<ExitCode> => {
  const { loadTemplates } = await import("../../engines/scan/index.ts");
  const files = await loadTemplates([path]);
  const lines = files.flatMap((file) => (flags.json === true ? [jsonOf(file)] : linesOf(file).map(messageLine)));
  await toStdout(lines.join(""));
  if (flags.json !== true && flags.quiet !== true) sayCounts(files);
  const runs = files.every(({ status }) => status === "supported");
  return runs && files.length > 0 ? exitCodes.complete : exitCodes.failed;
};

export const addTemplateValidate = (template: Command, onExit: (code: ExitCode) => void): void => {
  template
    .command("validate <path>")
    .description("say of every template in a file or folder whether it can be run, and why not")
    .option("--json", "one JSON object a line")
    .option("--quiet", "no summary on standard error")
    .action(async (path: string, flags: Flags) => {
      onExit(await validate(path, flags));
    });
};

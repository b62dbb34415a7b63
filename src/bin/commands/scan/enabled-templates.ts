import type { Config } from "../../../config/index.ts";
import type { Template, TemplateFile } from "../../../engines/scan/index.ts";
import type { Say } from "../../output/messages.ts";
import { UsageError } from "../../process/usage-error.ts";

type SupportedFile = Extract<TemplateFile, { status: "supported" }>;
type Enable = Config["scan"]["enable"];

/** The config key that a template needs, when it is off. */
const missingKey = ({ selfContained, blocks }: Template, enable: Enable): keyof Enable | undefined => {
  if (selfContained && !enable.selfContained) return "selfContained";
  return blocks.length > 0 && blocks.every(({ protocol }) => protocol === "file") && !enable.file ? "file" : undefined;
};

/**
 * The templates that the configuration permits; says how many it does not.
 *
 * @throws UsageError when none is left
 */
export const enabledTemplates = (
  files: readonly SupportedFile[],
  enable: Enable,
  say: Say,
): readonly SupportedFile[] => {
  const permitted = files.filter(({ template }) => missingKey(template, enable) === undefined);
  for (const key of ["selfContained", "file"] as const) {
    const count = files.filter(({ template }) => missingKey(template, enable) === key).length;
    if (count > 0)
      say(`${count} ${count === 1 ? "template is" : "templates are"} not run: scan.enable.${key} is false`);
  }
  if (permitted.length === 0)
    throw new UsageError("no template is left that the configuration permits: set scan.enable");
  return permitted;
};

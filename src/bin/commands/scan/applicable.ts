import { appliesTo, parseScanTarget, type ScanTarget, type Template } from "../../../engines/scan/index.ts";
import { UsageError } from "../../process/usage-error.ts";

/** What to do about a target that no template is made for. */
const hintFor = ({ folder, text }: ScanTarget): string =>
  folder === undefined
    ? `for websites write http://${text} or https://${text}`
    : "folders are read by templates of the protocol file, where scan.enable.file is true";

/** @throws UsageError for a target that none of the templates can look at: a scan of it would find nothing by looking at nothing */
export const checkApplicable = (
  targets: readonly string[],
  files: readonly { readonly template: Template }[],
): void => {
  for (const text of targets) {
    const target = parseScanTarget(text);
    if (files.some(({ template }) => appliesTo(template, target))) continue;
    throw new UsageError(`none of the templates can be run against ${target.text}: ${hintFor(target)}`);
  }
};

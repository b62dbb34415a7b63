import type { TemplateFile } from "../../../engines/scan/index.ts";

/** Says on standard error how many templates there are of each status. */
export const sayCounts = (files: readonly TemplateFile[]): void => {
  const count = (status: TemplateFile["status"]): number => files.filter((file) => file.status === status).length;
  process.stderr.write(
    `${files.length} templates: ${count("supported")} supported, ${count("refused")} refused, ${count("invalid")} invalid\n`,
  );
};

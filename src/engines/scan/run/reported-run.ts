import type { TemplateRun } from "./template-run.ts";

/** The run of one template, and whether what it found is reported. */
export interface ReportedRun {
  readonly run: TemplateRun;
  readonly reported: boolean;
}

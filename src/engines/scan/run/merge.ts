import type { RequestCounts, ScanOutcome, SkippedHost } from "./outcome.ts";
import type { TemplateResult } from "./template-run.ts";

/** The results of the templates of a run as one; each host that was skipped is named once. */
export const mergeResults = (results: readonly TemplateResult[]): Omit<ScanOutcome, "target" | "aborted"> => {
  const total = (key: keyof RequestCounts): number => results.reduce((sum, { requests }) => sum + requests[key], 0);
  const skipped = new Map<string, SkippedHost>();
  for (const host of results.flatMap(({ skippedHosts }) => skippedHosts)) {
    const key = `${host.cause} ${host.host}`;
    skipped.set(key, { ...host, requests: (skipped.get(key)?.requests ?? 0) + host.requests });
  }
  return {
    findings: results.flatMap(({ findings }) => findings),
    droppedFindings: results.reduce((sum, { droppedFindings }) => sum + droppedFindings, 0),
    requests: {
      planned: total("planned"),
      sent: total("sent"),
      failed: total("failed"),
      skipped: total("skipped"),
      redirects: total("redirects"),
      retries: total("retries"),
    },
    errors: results.flatMap(({ errors }) => errors),
    skippedHosts: [...skipped.values()],
  };
};

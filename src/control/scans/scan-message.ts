import type { ScanView } from "../../actors/scan/index.ts";
import type { Scan } from "../../wire/index.ts";

/** A scan as it is sent. */
export const scanMessage = ({ summary, spec, ...view }: ScanView): Scan => {
  const { target, bundle, options } = spec;
  return {
    ...view,
    submittedAtMs: Math.round(view.submittedAtMs),
    ...(view.startedAtMs === undefined ? {} : { startedAtMs: Math.round(view.startedAtMs) }),
    ...(view.endedAtMs === undefined ? {} : { endedAtMs: Math.round(view.endedAtMs) }),
    spec: {
      target,
      bundle,
      options: {
        ...options,
        headers: [...options.headers],
        variables: { ...options.variables },
        excludeHosts: [...options.excludeHosts],
      },
    },
    ...(summary === undefined
      ? {}
      : {
          summary: {
            requests: summary.requests,
            findings: summary.findings,
            problems: summary.problems,
            deadLetters: summary.deadLetters,
            complete: summary.complete,
          },
        }),
  };
};

/** How bad a finding is, from the least; `unknown`: the template's author does not say. */
export const severities = ["info", "low", "medium", "high", "critical", "unknown"] as const;

export type Severity = (typeof severities)[number];

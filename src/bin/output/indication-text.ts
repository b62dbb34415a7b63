/** What a front end does with the accesses of a subject: `deny`, `challenge`, or `deny (shadow)` where it is only said. */
export const actionText = ({ action, shadow }: { readonly action: string; readonly shadow: boolean }): string =>
  shadow ? `${action} (shadow)` : action;

/** The rule of an interception; 0 is what a person or a playbook asked for. */
export const ruleText = (rule: number): string => (rule === 0 ? "manual" : String(rule));

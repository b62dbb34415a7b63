/** Why a JSON file is not run: it is no CACAO playbook, or it is one. */
export const cacaoProblem = (source: Buffer): string => {
  let content: unknown;
  try {
    content = JSON.parse(source.toString("utf8"));
  } catch {
    return "is not JSON";
  }
  const isPlaybook =
    typeof content === "object" && content !== null && "type" in content && content.type === "playbook";
  return isPlaybook
    ? "is a CACAO playbook: these cannot run yet, write it as a module"
    : 'is no CACAO playbook: its type is not "playbook"; move what only serves a playbook into a folder below';
};

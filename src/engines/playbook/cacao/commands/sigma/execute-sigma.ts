import { printable } from "../../../../../base/printable.ts";
import type { SecurityEvent } from "../../../../events/security-event.ts";
import { DetectionIndex, parseSigmaRules, type SigmaRule } from "../../../../sigma/index.ts";
import type { CommandOutput } from "../call.ts";
import type { SigmaInput } from "../command-input.ts";
import { CommandFailure } from "../failure.ts";

const mostProblems = 5;
/** Matching rules that are named; a title has at most 256 characters. */
const mostNamed = 40;
const nameChars = 100;

/**
 * Matches rules of sigma against one event: `text` is `true` or `false`; facts are `matched`, the number of matching rules as `count`,
 * and `rules`, the first 40 of them with title, id and level. A rule whose logsource contradicts the event's does not match.
 *
 * @throws CommandFailure when a rule cannot be read: all of them have to be good
 */
export const executeSigma = ({ rules: text }: SigmaInput, event: SecurityEvent): CommandOutput => {
  const matched = new DetectionIndex(rulesOf(text)).match(event).map(({ value }) => value);
  return {
    text: String(matched.length > 0),
    truncated: false,
    facts: {
      matched: matched.length > 0,
      count: matched.length,
      rules: matched.slice(0, mostNamed).map(({ title, id, level }) => ({
        title: printable(title, nameChars),
        ...(id !== undefined && { id: printable(id, nameChars) }),
        ...(level !== undefined && { level }),
      })),
    },
  };
};

const rulesOf = (
  text: string,
): readonly { detection: SigmaRule["detection"]; logsource: SigmaRule["logsource"]; value: SigmaRule }[] => {
  const { rules, problems } = parseSigmaRules(text, "the command");
  if (problems.length > 0) {
    const told = problems.slice(0, mostProblems).map(({ line, message }) => `line ${line}: ${message}`);
    throw new CommandFailure("threw", `a rule of sigma cannot be used: ${told.join("; ")}`);
  }
  if (rules.length === 0) throw new CommandFailure("threw", "the command has no rule of sigma");
  return rules.map((rule) => ({ detection: rule.detection, logsource: rule.logsource, value: rule }));
};

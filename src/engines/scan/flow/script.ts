import { Script } from "node:vm";
import type { Section } from "../template/section.ts";

/** The `flow` of a template: JavaScript that calls its blocks. */
export interface FlowScript {
  readonly source: string;
}

const maxChars = 65_536;

/** Reads `flow`. It is only looked at for its syntax here. */
export const readFlow = (template: Section): FlowScript | undefined => {
  const source = template.string("flow");
  if (source === undefined || source.trim() === "") return undefined;
  if (source.length > maxChars) {
    template.complain("invalid", "flow", `is longer than ${maxChars} characters`);
    return undefined;
  }
  try {
    // Compiles the text, which runs nothing of it.
    new Script(source);
    return { source };
  } catch (thrown) {
    template.complain(
      "invalid",
      "flow",
      `is no JavaScript: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    );
    return undefined;
  }
};

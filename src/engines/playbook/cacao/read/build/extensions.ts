import { printable } from "../../../../../base/printable.ts";
import type { Findings, Path } from "../findings.ts";
import { extensionDefinitionShape } from "../shape/extension-definition.ts";
import { parseShape } from "../shape/parse-shape.ts";

/** Keys under which objects of the standard carry extensions (section 8). */
const carriers = [
  "playbook_extensions",
  "step_extensions",
  "agent_target_extensions",
  "authentication_info_extensions",
  "marking_extensions",
] as const;

/** The dictionaries whose entries may carry extensions. */
const dictionaries = [
  "workflow",
  "agent_definitions",
  "target_definitions",
  "authentication_info_definitions",
  "data_marking_definitions",
] as const;

/** Checks the definitions of extensions, and warns of each place at which one is used. */
export const checkExtensions = (playbook: Readonly<Record<string, unknown>>, findings: Findings): void => {
  const names = new Map<string, string>();
  for (const [id, raw] of entriesOf(playbook["extension_definitions"])) {
    const definition = parseShape(extensionDefinitionShape, raw, ["extension_definitions", id], findings);
    if (definition !== undefined) names.set(id, definition.name);
  }
  const warn = (holder: unknown, path: Path): void => {
    for (const carrier of carriers) {
      const held = entriesOf(holder).find(([key]) => key === carrier)?.[1];
      for (const [id] of entriesOf(held)) {
        const name = printable(names.get(id) ?? "not defined in extension_definitions");
        findings.add("extension", [...path, carrier, id], `is an extension (${name}), and is not executed`);
      }
    }
  };
  warn(playbook, []);
  for (const dictionary of dictionaries) {
    for (const [id, holder] of entriesOf(playbook[dictionary])) warn(holder, [dictionary, id]);
  }
};

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

import type { Marking } from "../../model/playbook.ts";
import type { Findings, Path } from "../findings.ts";
import { idTypeOf, record, text } from "../shape/common.ts";
import { markingShapes } from "../shape/markings.ts";
import { parseShape } from "../shape/parse-shape.ts";

/** Reads `data_marking_definitions`, and tells which of them apply to the playbook, for people (section 9). */
export const markingsOf = (
  definitions: Readonly<Record<string, unknown>> | undefined,
  applied: readonly string[] | undefined,
  findings: Findings,
): readonly Marking[] => {
  const found = new Map<string, Marking>();
  for (const [id, raw] of Object.entries(definitions ?? {})) {
    const marking = markingOf(id, raw, ["data_marking_definitions", id], findings);
    if (marking !== undefined) found.set(id, marking);
  }
  return (applied ?? []).flatMap((id, at) => {
    if (!Object.hasOwn(definitions ?? {}, id)) {
      findings.add("dangling-id", ["markings", at], "is none of data_marking_definitions: add it there");
    }
    return found.get(id) ?? [];
  });
};

const types = Object.keys(markingShapes).join(", ");

const markingOf = (id: string, raw: unknown, path: Path, findings: Findings): Marking | undefined => {
  const object = parseShape(record, raw, path, findings);
  const type = object && parseShape(text, object["type"], [...path, "type"], findings);
  if (type === undefined) return undefined;
  const expected = idTypeOf(id) ?? "";
  if (expected !== type && Object.hasOwn(markingShapes, expected)) {
    findings.add("shape", [...path, "type"], `is "${type}", and has to be "${expected}" as its id says`);
    return undefined;
  }
  switch (type) {
    case "marking-tlp": {
      const marking = parseShape(markingShapes[type], raw, path, findings);
      return marking && { id, type, text: marking.tlpv2_level };
    }
    case "marking-statement": {
      const marking = parseShape(markingShapes[type], raw, path, findings);
      return marking && { id, type, text: marking.statement };
    }
    case "marking-iep": {
      const marking = parseShape(markingShapes[type], raw, path, findings);
      return marking && { id, type, text: marking.name };
    }
    default:
      findings.add("marking-type", [...path, "type"], `"${type}" is no type of a marking: there is ${types}`);
      return undefined;
  }
};

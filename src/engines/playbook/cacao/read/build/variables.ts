import {
  runVariables,
  type VariableDeclaration,
  type VariableDeclarations,
  variableNameShape,
  type VariableType,
  variableTypes,
} from "../../model/variable.ts";
import { valueProblem } from "../../variables/value-problem.ts";
import type { Findings, Path } from "../findings.ts";
import { parseShape } from "../shape/parse-shape.ts";
import { variableShape } from "../shape/variables.ts";

const reserved: ReadonlySet<string> = new Set(Object.values(runVariables));

/** Reads `playbook_variables`, or the `step_variables` of a step. */
export const variablesOf = (
  written: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  findings: Findings,
): VariableDeclarations => {
  const declarations = new Map<string, VariableDeclaration>();
  for (const [name, raw] of Object.entries(written ?? {})) {
    const at = [...path, name];
    if (!variableNameShape.test(name)) {
      findings.add("variable-name", at, "is no name of a variable: write __name__, in letters, digits, _ and -");
    } else if (reserved.has(name)) {
      findings.add("reserved-name", at, "is a variable that every run has: choose another name");
    } else {
      declarations.set(name, declarationOf(name, raw, at, findings));
    }
  }
  return declarations;
};

/** One that cannot be read is declared all the same: who names it is not at fault. */
const declarationOf = (name: string, raw: unknown, path: Path, findings: Findings): VariableDeclaration => {
  const variable = parseShape(variableShape, raw, path, findings);
  if (variable === undefined) {
    return { name, type: "string", description: undefined, value: null, constant: false, external: false };
  }
  const type = typeOf(variable.type, path, findings);
  const isOfStep = path[0] === "workflow";
  if (isOfStep && variable.external === true) {
    findings.add(
      "step-external",
      [...path, "external"],
      "has no effect on a variable of a step: declare it in the playbook",
    );
  }
  const value = valueOf(variable.value ?? null, type, [...path, "value"], findings);
  return {
    name,
    type,
    description: variable.description,
    value,
    constant: variable.constant ?? false,
    external: !isOfStep && (variable.external ?? false),
  };
};

const isVariableType = (type: string): type is VariableType => (variableTypes as readonly string[]).includes(type);

const typeOf = (written: string, path: Path, findings: Findings): VariableType => {
  if (isVariableType(written)) return written;
  findings.add("variable-type", [...path, "type"], `"${written}" is no type of the standard: it is read as string`);
  return "string";
};

const valueOf = (
  written: string | null | Readonly<Record<string, unknown>>,
  type: VariableType,
  path: Path,
  findings: Findings,
): string | null => {
  if (written === null) return null;
  if (typeof written === "object" && type !== "dictionary") {
    findings.add("shape", path, `is an object, which only a dictionary may be: write the ${type} as text`);
    return null;
  }
  const text = typeof written === "string" ? written : JSON.stringify(written);
  const problem = valueProblem(type, text);
  if (problem !== undefined) findings.add("variable-value", path, `${problem}: correct it, or the type ${type}`);
  return text;
};

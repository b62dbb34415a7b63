import type { Json } from "../../../../base/json.ts";
import type { PathStep } from "../model/text.ts";
import type { VariableType } from "../model/variable.ts";

/** The value of a variable, or of what is at a path in it. */
export interface Value {
  readonly type: VariableType;
  /** Fits the type. At most `cacaoBounds.chars`; only `__event__` may have more. */
  readonly text: string;
  /** It comes from outside (event, answer, output of a command, external variable) and must not become syntax. */
  readonly tainted: boolean;
}

/** What is at a path in JSON; more than one through `[*]`. Nulls and what is not there are left out. */
export const jsonAt = (json: Json | undefined, path: readonly PathStep[]): readonly Exclude<Json, null>[] => {
  let found: readonly (Json | undefined)[] = [json];
  for (const step of path) found = found.flatMap((each) => stepInto(each, step));
  return found.filter((each) => each !== undefined && each !== null);
};

const stepInto = (json: Json | undefined, step: PathStep): readonly (Json | undefined)[] => {
  if (typeof json !== "object" || json === null) return [];
  if (isList(json)) {
    if (typeof step === "object") return json;
    return typeof step === "number" ? [json[step]] : [];
  }
  return typeof step === "string" && Object.hasOwn(json, step) ? [json[step]] : [];
};

const isList = (json: object): json is readonly Json[] => Array.isArray(json);

/** A piece of JSON as a value of the type that it has. */
export const valueOfJson = (json: Exclude<Json, null>, tainted: boolean): Value => {
  if (typeof json === "string") return { type: "string", text: json, tainted };
  if (typeof json === "boolean") return { type: "bool", text: String(json), tainted };
  if (typeof json === "number")
    return { type: Number.isSafeInteger(json) ? "long" : "float", text: String(json), tainted };
  return { type: "dictionary", text: JSON.stringify(json), tainted };
};

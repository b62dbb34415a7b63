import type { Content } from "../../model/command.ts";
import type { Template } from "../../model/text.ts";
import { fill } from "../../variables/fill.ts";
import { fillJson } from "../../variables/fill-json.ts";
import type { Scope } from "../../variables/scope.ts";
import type { BodyInput } from "../command-input.ts";
import { CommandFailure } from "../failure.ts";

const formType = "application/x-www-form-urlencoded";
const jsonType = /^[^;]*[/+]json\b/i;

/** What is sent with a request, and the type that it has if no header says another. */
export interface RequestContent {
  readonly body: BodyInput;
  readonly type: string;
}

/**
 * Fills variables into the content of a request: into the strings of JSON, percent-encoded into a form, else as they are.
 * @param type of its `content-type` header; undefined: it has none
 * @throws CommandFailure for values from outside in what is to be JSON and is none: there they could become members of it; VariableError
 */
export const requestContent = (content: Content, type: string | undefined, scope: Scope): RequestContent => {
  if (content.type === "bytes") {
    return { body: { type: "base64", value: content.base64 }, type: "application/octet-stream" };
  }
  const isForm = type?.split(";")[0]?.trim().toLowerCase() === formType;
  const json = isForm ? undefined : fillJson(content.text, scope);
  if (json === undefined && isMeantAsJson(content.text, type) && hasTainted(content.text, scope)) {
    throw new CommandFailure(
      "threw",
      "the content is no JSON although it looks so, or its content-type says so: mend it",
    );
  }
  const value = json ?? fill(content.text, scope, isForm ? "request-target" : "plain");
  const isJson = json !== undefined || isDictionary(value);
  return { body: { type: "text", value }, type: isJson ? "application/json" : "text/plain; charset=utf-8" };
};

/** One reference alone is all of the content, and nothing that it could change is around it. */
const isMeantAsJson = (text: Template, type: string | undefined): boolean => {
  const [first] = text;
  return text.length > 1 && (jsonType.test(type ?? "") || (typeof first === "string" && /^\s*\{/.test(first)));
};

const hasTainted = (text: Template, scope: Scope): boolean =>
  text.some((part) => typeof part === "object" && scope.find(part.variable)?.tainted === true);

/** Of content that is one reference alone. */
const isDictionary = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
};

import type { Json } from "../../../base/json.ts";
import { spanText } from "./show-run.ts";

interface Fields {
  readonly [key: string]: Json | undefined;
}

const stepId = /^[a-z-]{1,50}--[0-9a-f-]{36}$/;

const isFields = (value: Json | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

/**
 * What a step of a CACAO playbook is for: the name of its step, on what, and its command. A module's input is whatever it is; undefined: it
 * is none of CACAO.
 */
export const purposeOf = (input: Json): string | undefined => {
  if (!isFields(input)) return undefined;
  const id = textOf(input["step"]);
  if (!stepId.test(id)) return undefined;
  const name = textOf(input["step_name"]);
  const place = textOf(input["target"]) || textOf(input["agent"]);
  const what = commandOf(input);
  return [name === "" ? id : name, place === "" ? "" : ` on ${place}`, what === "" ? "" : `: ${what}`].join("");
};

const commandOf = (input: Fields): string => {
  if (typeof input["ms"] === "number") return spanText(input["ms"]);
  if (input["url"] !== undefined) return `${textOf(input["method"])} ${textOf(input["url"])}`;
  if (Array.isArray(input["words"])) return input["words"].map(String).join(" ");
  const command = textOf(input["command"]) || textOf(input["text"]);
  const host = textOf(input["host"]);
  return host === "" ? command : `${host}:${JSON.stringify(input["port"])} ${command}`;
};

/** What a command of CACAO answered: its facts, and the beginning of its text. Undefined: the output is none of a command. */
export const answeredOf = (output: Json): string | undefined => {
  if (!isFields(output) || typeof output["text"] !== "string" || !isFields(output["facts"])) return undefined;
  const facts = Object.entries(output["facts"]).filter(([, value]) => !isFields(value) && value !== "");
  return [
    ...facts.map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`),
    output["text"],
  ]
    .filter((part) => part !== "")
    .join(" ");
};

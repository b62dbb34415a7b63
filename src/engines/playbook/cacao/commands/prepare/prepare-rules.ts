import type { Json } from "../../../../../base/json.ts";
import type { EventData, SecurityEvent } from "../../../../events/security-event.ts";
import { runVariables } from "../../model/variable.ts";
import type { CommandPlace } from "../../run/prepare.ts";
import type { Variable } from "../../variables/cell.ts";
import type { CommandAbout, YaraInput } from "../command-input.ts";
import { CommandFailure } from "../failure.ts";
import type { Prepared } from "./prepared.ts";

/** Rules of sigma against the first of in_args, a dictionary; without in_args, against the run's event. */
export const prepareSigma = (rules: string, about: CommandAbout, place: CommandPlace): Prepared => {
  const name = place.step.inArgs[0] ?? runVariables.event;
  const data = dictionaryIn(name, place);
  const event: SecurityEvent =
    name === runVariables.event
      ? // Whoever makes the scope of a run puts the whole event there, as JSON.
        (data as unknown as SecurityEvent)
      : { id: name, source: "playbook", kind: "variable", data };
  return { by: "thread", input: { ...about, rules, data: name }, withheld: { event }, idempotent: true };
};

/** Rules of YARA against the values of in_args; without in_args, against the run's event. */
export const prepareYara = (rules: string, about: CommandAbout, place: CommandPlace): Prepared => {
  const { inArgs } = place.step;
  const names = inArgs.length === 0 ? [runVariables.event] : inArgs;
  const values = names.map((name) => ({ type: variable(name, place).declaration.type, value: valueOf(name, place) }));
  const [first] = values;
  const isBytes = values.length === 1 && first?.type === "hexstring";
  const data: YaraInput["data"] = isBytes
    ? { type: "hex", value: first.value }
    : { type: "text", value: values.map(({ value }) => value).join("\n") };
  return { by: "node", input: { ...about, rules, data }, idempotent: true };
};

const dictionaryIn = (name: string, place: CommandPlace): EventData => {
  const isDictionary = variable(name, place).declaration.type === "dictionary";
  const value: Json = isDictionary ? (JSON.parse(valueOf(name, place)) as Json) : null;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as EventData;
  throw new CommandFailure(
    "threw",
    `${name} is no JSON object: rules of sigma are matched against a variable of type dictionary`,
  );
};

const variable = (name: string, { scope }: CommandPlace): Variable => {
  const found = scope.find(name);
  if (found === undefined) throw new CommandFailure("threw", `${name} in in_args is not declared`);
  return found;
};

const valueOf = (name: string, place: CommandPlace): string => {
  const { value } = variable(name, place);
  if (value === null) throw new CommandFailure("threw", `${name} has no value to match rules against`);
  return value;
};

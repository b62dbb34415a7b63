import { createHash } from "node:crypto";

type Entry = Readonly<Record<string, unknown>>;

/** A playbook as a test writes it: steps, agents and targets under short names, by which its keys may name them. */
export interface ShortPlaybook {
  readonly steps: Readonly<Record<string, Entry>>;
  /** The step that the start step goes on with; absent: the first one. */
  readonly first?: string;
  /** Declared like in the standard, or only their values, which are strings then. */
  readonly variables?: Readonly<Record<string, string | null | Entry>>;
  readonly agents?: Readonly<Record<string, Entry>>;
  readonly targets?: Readonly<Record<string, Entry>>;
  /** `workflow_exception`. */
  readonly exception?: string;
  /** Other keys of the playbook, as in the standard. */
  readonly also?: Entry;
}

const uuidOf = (text: string): string => {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** An identifier of the standard that is always the same for a name. */
export const idOf = (type: string, name: string): string => `${type}--${uuidOf(`${type} ${name}`)}`;

const typeOf = ({ type = "action" }: Entry): string => String(type);

/** The agent of the steps that name none. */
const defaultAgent = { agent: { type: "http-api", name: "agent", address: { ipv4: ["127.0.0.1"] } } };

const declared = (value: string | null | Entry): Entry =>
  typeof value === "object" && value !== null ? { type: "string", ...value } : { type: "string", value };

const mapped = <From, To>(entries: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, map(value)]));

type ToId = (short: unknown) => unknown;

/** Short names of these entries as identifiers; what is none stays as it is. */
const idsOf =
  (playbook: string, entries: Readonly<Record<string, Entry>>): ToId =>
  (short) => {
    const entry = typeof short === "string" && Object.hasOwn(entries, short) ? entries[short] : undefined;
    return entry === undefined ? short : idOf(typeOf(entry), `${playbook} ${String(short)}`);
  };

const each = (value: unknown, toId: ToId): unknown => (Array.isArray(value) ? (value as unknown[]).map(toId) : value);

/** A step as the standard has it. */
const workflowStep = (key: string, step: Entry, ids: Readonly<Record<"step" | "agent" | "target", ToId>>): Entry => {
  const type = typeOf(step);
  const made: Record<string, unknown> = { type, name: key, ...step };
  if (type === "action") made["agent"] = ids.agent(made["agent"] ?? "agent");
  if (type !== "end" && !("on_completion" in step) && !("on_success" in step)) {
    made["on_failure" in step ? "on_success" : "on_completion"] = "end";
  }
  for (const at of ["on_completion", "on_success", "on_failure", "on_true", "on_false"]) {
    if (at in made) made[at] = ids.step(made[at]);
  }
  if ("next_steps" in made) made["next_steps"] = each(made["next_steps"], ids.step);
  if (isEntry(made["cases"])) made["cases"] = mapped(made["cases"], ids.step);
  if ("targets" in made) made["targets"] = each(made["targets"], ids.target);
  if (isEntry(made["step_variables"])) {
    made["step_variables"] = mapped(made["step_variables"] as NonNullable<ShortPlaybook["variables"]>, declared);
  }
  return made;
};

/**
 * A playbook of the standard, as JSON: with its metadata, a start step, an end step `end`, an agent `agent` for the actions that name none,
 * and `action` as the type of steps that name none. A step that names no step to go on with goes on with `end`.
 */
export const playbookOf = (name: string, short: ShortPlaybook): Entry => {
  const { variables = {}, targets = {}, exception, also = {} } = short;
  const agents = { ...defaultAgent, ...short.agents };
  const steps: Readonly<Record<string, Entry>> = { end: { type: "end" }, ...short.steps };
  const { first = Object.keys(short.steps)[0] ?? "end" } = short;
  const ids = { step: idsOf(name, steps), agent: idsOf(name, agents), target: idsOf(name, targets) };
  const entries = (among: Readonly<Record<string, Entry>>, toId: ToId): Entry =>
    Object.fromEntries(Object.entries(among).map(([key, entry]) => [String(toId(key)), { name: key, ...entry }]));
  const start = idOf("start", name);
  return {
    type: "playbook",
    spec_version: "cacao-2.0",
    id: idOf("playbook", name),
    name,
    created_by: idOf("identity", "test"),
    created: "2026-01-01T00:00:00.000Z",
    modified: "2026-01-01T00:00:00.000Z",
    ...unlessEmpty("playbook_variables", mapped(variables, declared)),
    workflow_start: start,
    ...(exception === undefined ? {} : { workflow_exception: ids.step(exception) }),
    workflow: {
      [start]: { type: "start", on_completion: ids.step(first) },
      ...Object.fromEntries(Object.entries(steps).map(([key, step]) => [ids.step(key), workflowStep(key, step, ids)])),
    },
    agent_definitions: entries(agents, ids.agent),
    ...unlessEmpty("target_definitions", entries(targets, ids.target)),
    ...also,
  };
};

/** The standard has no empty lists. */
const unlessEmpty = (key: string, entries: Entry): Entry =>
  Object.keys(entries).length === 0 ? {} : { [key]: entries };

const isEntry = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A command of the standard by its text: `http-api` with a path or a request line, or another type. */
export const command = (text: string, type = "http-api"): Entry => {
  if (type === "sigma" || type === "yara") return { type, command_b64: Buffer.from(text).toString("base64") };
  if (!type.startsWith("http")) return { type, command: text };
  return { type, command: `${text.includes(" ") ? text : `GET /${text}`} HTTP/1.1` };
};

/** An action with commands of one type, by their texts. */
export const action = (texts: string | readonly string[], also: Entry = {}, type = "http-api"): Entry => ({
  type: "action",
  commands: [texts].flat().map((text) => command(text, type)),
  ...also,
});

import { pathToFileURL } from "node:url";
import type { SecurityEvent } from "../../../events/security-event.ts";
import { PlaybookError } from "../../errors.ts";
import { type ModuleFacts, textBounds } from "../../protocol/messages.ts";
import type { ActionContext } from "../../sdk/action.ts";
import type { Run, RunSummary } from "../../sdk/run.ts";
import { stackOf } from "../../protocol/error-text.ts";

/** One action, as it can be called. */
export interface LoadedAction {
  readonly run: (input: unknown, context: ActionContext) => unknown;
  readonly idempotent: boolean;
  readonly timeoutMs: number | undefined;
}

/** A module playbook whose exports are what they have to be. */
export interface LoadedPlaybook {
  readonly facts: ModuleFacts;
  readonly actions: ReadonlyMap<string, LoadedAction>;
  readonly filters: ReadonlyMap<string, (event: SecurityEvent) => unknown>;
  readonly onStart: (event: SecurityEvent, run: Run) => unknown;
  readonly onFinish: ((summary: RunSummary, run: Run) => unknown) | undefined;
}

const longestTimeoutMs = 2 ** 31 - 1;
const nameShape = /^[\w$][\w$.-]*$/;

const refuse = (what: string): PlaybookError => new PlaybookError("invalid-playbook", what);

type Call<Args extends readonly unknown[]> = (...args: Args) => unknown;
type Exports = Readonly<Record<string, unknown>>;

const isExports = (value: unknown): value is Exports => typeof value === "object" && value !== null;

/** A function of the module with its own `this`, whatever it is given: what playbooks may give is checked by the compiler, if at all. */
const functionAt = <Args extends readonly unknown[]>(owner: Exports, key: string, at: string): Call<Args> => {
  const value = owner[key];
  if (typeof value !== "function") throw refuse(`${at} is no function`);
  return (...args) => Reflect.apply(value, owner, args) as unknown;
};

const textAt = (owner: Exports, key: string): string | undefined => {
  const value = owner[key];
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value.length > textBounds.chars) {
    throw refuse(`${key} is no text of at most ${textBounds.chars} characters`);
  }
  return value;
};

const checkName = (name: string, at: string): string => {
  if (name.length <= textBounds.nameChars && nameShape.test(name)) return name;
  throw refuse(`${at} has a name that is not made of letters, digits, _ $ . - (at most ${textBounds.nameChars})`);
};

const recordAt = (owner: Exports, key: string): readonly (readonly [string, unknown])[] => {
  const value = owner[key] ?? {};
  if (!isExports(value) || Array.isArray(value)) throw refuse(`${key} is no object`);
  const entries = Object.entries(value);
  if (entries.length > textBounds.names) throw refuse(`${key} has more than ${textBounds.names} entries`);
  return entries.map(([name, inner]) => [checkName(name, key), inner]);
};

const loadAction = (name: string, given: unknown): LoadedAction => {
  const at = `actions.${name}`;
  if (typeof given === "function") {
    return { run: functionAt({ [name]: given }, name, at), idempotent: false, timeoutMs: undefined };
  }
  if (!isExports(given)) throw refuse(`${at} is neither a function nor an object with \`run\``);
  const { idempotent = false, timeoutMs } = given;
  if (typeof idempotent !== "boolean") throw refuse(`${at}.idempotent is neither true nor false`);
  const isTimeout = typeof timeoutMs === "number" && Number.isInteger(timeoutMs);
  if (timeoutMs !== undefined && !(isTimeout && timeoutMs >= 1 && timeoutMs <= longestTimeoutMs)) {
    throw refuse(`${at}.timeoutMs is no whole number from 1 to ${longestTimeoutMs}`);
  }
  return { run: functionAt(given, "run", `${at}.run`), idempotent, timeoutMs };
};

const secretsOf = (owner: Exports): readonly string[] => {
  const names = owner["secrets"] ?? [];
  if (!Array.isArray(names) || names.length > textBounds.names) throw refuse("secrets is no list of names");
  return [
    ...new Set(
      names.map((name: unknown) => {
        if (typeof name !== "string") throw refuse("secrets is no list of names");
        return checkName(name, "secrets");
      }),
    ),
  ];
};

/** The exports of a module as a playbook. @throws PlaybookError `invalid-playbook` that names the export */
const playbookOf = (module: Exports): LoadedPlaybook => {
  const inner = module["default"];
  const owner = isExports(inner) && "onStart" in inner ? inner : module;
  const actions = new Map(recordAt(owner, "actions").map(([name, given]) => [name, loadAction(name, given)]));
  const filters = new Map(
    recordAt(owner, "filters").map(([name, filter]) => [
      name,
      functionAt<[SecurityEvent]>({ [name]: filter }, name, `filters.${name}`),
    ]),
  );
  const onFinish =
    owner["onFinish"] === undefined ? undefined : functionAt<[RunSummary, Run]>(owner, "onFinish", "onFinish");
  return {
    facts: {
      title: textAt(owner, "title"),
      description: textAt(owner, "description"),
      actions: [...actions].map(([name, { idempotent, timeoutMs }]) => ({ name, idempotent, timeoutMs })),
      filters: [...filters.keys()],
      secrets: secretsOf(owner),
      onFinish: onFinish !== undefined,
    },
    actions,
    filters,
    onStart: functionAt(owner, "onStart", "onStart"),
    onFinish,
  };
};

/**
 * Loads the module of a playbook, which executes its top level.
 * @param file path of an ES module
 * @throws PlaybookError `invalid-playbook` when it cannot be loaded or does not export what a playbook has to
 */
export const loadPlaybook = async (file: string): Promise<LoadedPlaybook> => {
  try {
    return playbookOf((await import(pathToFileURL(file).href)) as Exports);
  } catch (thrown) {
    if (thrown instanceof PlaybookError) throw thrown;
    throw new PlaybookError("invalid-playbook", `it cannot be loaded: ${stackOf(thrown)}`, { cause: thrown });
  }
};

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";

/** What the public schemas find wrong with a playbook. */
export interface SchemaError {
  /** JSON pointer to the value. */
  readonly at: string;
  /** The keyword of JSON Schema that it breaks. */
  readonly keyword: string;
  readonly message: string;
}

/**
 * The public JSON Schemas of CACAO v2.0, applied as draft-07: they say that they are, and with `unevaluatedProperties`, which draft-07 does
 * not have, they would refuse the standard's own examples.
 */
export class PublicSchemas {
  readonly #playbook: ValidateFunction;
  readonly #commands: ReadonlyMap<string, ValidateFunction>;

  /** @param folder that holds `playbook.json` */
  constructor(folder: string) {
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
    const commands = new Map<string, string>();
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!path.endsWith(".json")) continue;
      const schema = JSON.parse(readFileSync(join(folder, path), "utf8")) as { readonly $id: string };
      ajv.addSchema(schema);
      const command = /^commands\/(.*)\.json$/.exec(path)?.[1];
      if (command !== undefined && command !== "command-data") commands.set(command, schema.$id);
      if (path === "playbook.json") commands.set("", schema.$id);
    }
    const compiled = (id = ""): ValidateFunction => {
      const validate = ajv.getSchema(id);
      if (validate === undefined) throw new Error(`there is no schema ${id} in ${folder}`);
      return validate;
    };
    this.#playbook = compiled(commands.get(""));
    commands.delete("");
    this.#commands = new Map([...commands].map(([type, id]) => [type, compiled(id)]));
  }

  /** Each command also by the schema of its type, which that of the playbook does not lead to. */
  errorsOf(playbook: unknown): readonly SchemaError[] {
    const errors = errorsOf(this.#playbook, playbook, "");
    for (const [at, command] of commandsOf(playbook)) {
      const type = typeof command === "object" && command !== null && "type" in command ? command.type : undefined;
      const validate = typeof type === "string" ? this.#commands.get(type) : undefined;
      if (validate !== undefined) errors.push(...errorsOf(validate, command, at));
    }
    return errors;
  }
}

const errorsOf = (validate: ValidateFunction, value: unknown, at: string): SchemaError[] => {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, keyword, message = "", params }: ErrorObject) => ({
    at: at + instancePath + (keyword === "required" ? `/${String(params["missingProperty"])}` : ""),
    keyword,
    message,
  }));
};

const commandsOf = (playbook: unknown): readonly (readonly [string, unknown])[] =>
  entriesOf(valueOf(playbook, "workflow")).flatMap(([id, step]) => {
    const commands = valueOf(step, "commands");
    if (valueOf(step, "type") !== "action" || !id.startsWith("action--") || !Array.isArray(commands)) return [];
    return commands.map((command: unknown, at) => [`/workflow/${id}/commands/${at}`, command] as const);
  });

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

const valueOf = (value: unknown, key: string): unknown => entriesOf(value).find(([each]) => each === key)?.[1];

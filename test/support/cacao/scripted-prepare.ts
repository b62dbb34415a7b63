import { unreachable } from "../../../src/base/unreachable.ts";
import type { Command } from "../../../src/engines/playbook/cacao/model/command.ts";
import type { PrepareCommand } from "../../../src/engines/playbook/cacao/run/prepare.ts";
import { fill } from "../../../src/engines/playbook/cacao/variables/fill.ts";
import type { ExecutedBy } from "../../../src/engines/playbook/journal.ts";

/** What `scriptedPrepare` makes of a command. */
export interface ScriptedInput {
  readonly step: string;
  /** What it does: `a` for `GET /a`, `PUT /b`, a line for a shell or a person, rules. */
  readonly text: string;
  /** Name of the target. */
  readonly target: string | null;
}

const by: Readonly<Record<Command["type"], ExecutedBy>> = {
  "http-api": "thread",
  "openc2-http": "thread",
  ssh: "thread",
  sigma: "thread",
  bash: "node",
  yara: "node",
  garrison: "node",
  manual: "person",
};

const repeatable = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);

/** Prepares commands for scripts: the text with its variables is all that is left of a command. */
export const scriptedPrepare: PrepareCommand = (command, { step, target, scope }) => {
  const input = (text: string): { readonly [key in keyof ScriptedInput]: string | null } => ({
    step: step.name ?? step.id,
    text,
    target: target?.name ?? null,
  });
  const call = { name: command.type, by: by[command.type], withheld: undefined };
  switch (command.type) {
    case "http-api":
    case "openc2-http": {
      const text = `${command.method} ${fill(command.target, scope, "plain")}`;
      return { ...call, input: input(text.replace(/^GET \//, "")), idempotent: repeatable.has(command.method) };
    }
    case "sigma":
    case "yara":
      return { ...call, input: input(command.rules), idempotent: true };
    case "ssh":
    case "bash":
    case "manual":
    case "garrison":
      return {
        ...call,
        input: input(fill(command.command, scope, "plain")),
        idempotent: command.type === "manual" || command.type === "garrison",
      };
    default:
      return unreachable(command);
  }
};

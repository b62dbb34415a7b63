import type { Command } from "commander";
import type { InterceptRule } from "../../../engines/intercept/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { durationText } from "../../output/text/duration-text.ts";
import { actionText } from "../../output/indication-text.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { printRows } from "../../output/text/print-rows.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { parseWhole } from "../../process/parse-flags.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

const mostRuleNumber = 65_535;

const limitText = ({ threshold, distinct, windowMs }: InterceptRule): string =>
  `more than ${threshold} ${distinct === undefined ? "accesses" : `values of ${distinct}`} in ${durationText(windowMs)}`;

const blockText = ({ blockMs, escalateMs }: InterceptRule): string =>
  [blockMs, ...escalateMs].map(durationText).join(", then ");

const addList = (rules: Command, onExit: OnExit): void => {
  withConnectionFlags(rules.command("list").description("the rules by which subjects are intercepted")).action(
    async (flags: ConnectionFlags) => {
      const all = await callNode(flags, ({ guard }) => guard.listRules());
      await printRows(all, flags.json === true, {
        head: ["number", "name", "subject", "limit", "action", "for", "allow"],
        cells: (rule) => [
          ...[rule.number, rule.name, rule.subject, limitText(rule), actionText(rule), blockText(rule)],
          rule.allow.join(" "),
        ],
        none: "no rules",
      });
      onExit(exitCodes.complete);
    },
  );
};

const addPut = (rules: Command, onExit: OnExit): void => {
  withConnectionFlags(
    rules
      .command("put <file>")
      .description(
        "make rules, or replace those of the same numbers; YAML or JSON, one rule or a list, - for standard input",
      ),
  ).action(async (file: string, flags: ConnectionFlags) => {
    const { rulesOfFile } = await import("../../calls/guard/rule-file.ts");
    const written = await rulesOfFile(file);
    await callNode(flags, async ({ guard }) => {
      for (const rule of written) {
        const { created } = await guard.putRule(rule);
        const { number, name } = rule;
        const words = `rule ${number} (${name}) ${created ? "made" : "replaced"}\n`;
        await toStdout(flags.json === true ? jsonLine({ number, name, created }) : words);
      }
    });
    onExit(exitCodes.complete);
  });
};

const addDelete = (rules: Command, onExit: OnExit): void => {
  withConnectionFlags(
    rules
      .command("delete")
      .argument("<number>", "of the rule", parseWhole(1, mostRuleNumber))
      .description("remove a rule; who is intercepted by it is let through again"),
  ).action(async (number: number, flags: ConnectionFlags) => {
    await callNode(flags, ({ guard }) => guard.deleteRule(number));
    await toStdout(flags.json === true ? jsonLine({ number, deleted: true }) : `rule ${number} deleted\n`);
    onExit(exitCodes.complete);
  });
};

/** `guard rules list|put|delete`. */
export const addGuardRules = (guard: Command, onExit: OnExit): void => {
  const rules = guard.command("rules").description("rules: when a subject is intercepted, and for how long");
  for (const add of [addList, addPut, addDelete]) add(rules, onExit);
};

import type { Command } from "commander";
import { callNode } from "../../calls/call-node.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { createSay } from "../../output/messages.ts";
import { printRows } from "../../output/text/print-rows.ts";
import { signatureText, validityText } from "../../output/respond/playbook-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

const versionChars = 12;

export const addPlaybookList = (playbook: Command, onExit: OnExit): void => {
  withConnectionFlags(
    playbook
      .command("list")
      .description("what the node that is called has loaded: playbooks, the bindings that start them, and bad files"),
    "one JSON object with playbooks and problems",
  ).action(async (flags: ConnectionFlags) => {
    const listing = await callNode(flags, ({ runs }) => runs.playbooks());
    if (flags.json === true) await toStdout(jsonLine(listing));
    else {
      await printRows(listing.playbooks, false, {
        head: ["id", "kind", "version", "actions", "bindings", "markings", "signature", "valid"],
        cells: ({ id, kind, version, actions, bindings, cacao }) => [
          ...[id, kind, version.slice(0, versionChars)],
          ...[actions.join(" "), bindings.join(" ")],
          ...(cacao === undefined
            ? ["", "", ""]
            : [cacao.markings.join(" "), signatureText(cacao), validityText(cacao)]),
        ],
        none: "no playbooks",
      });
      const say = createSay(flags.quiet === true);
      for (const { file, at, message } of listing.problems) say(`${file}: ${at === "" ? "" : `${at}: `}${message}`);
    }
    onExit(exitCodes.complete);
  });
};

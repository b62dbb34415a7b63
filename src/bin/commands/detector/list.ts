import type { Command } from "commander";
import { callNode } from "../../calls/call-node.ts";
import { printRows } from "../../output/print-rows.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

export const addDetectorList = (detector: Command, onExit: OnExit): void => {
  withConnectionFlags(detector.command("list").description("which detectors the hosts of the cluster have")).action(
    async (flags: ConnectionFlags) => {
      const hosts = await callNode(flags, ({ detection }) => detection.detectors());
      const rows = hosts.flatMap(({ relay, kinds }) => kinds.map((kind) => ({ host: relay.host, ...kind })));
      await printRows(rows, flags.json === true, {
        head: ["host", "kind", "class", "task types", "engine", "signatures", "detectors"],
        cells: ({ host, kind, class: type, taskTypes, engineVersion, signatureVersion, detectors }) => [
          ...[host, kind, type, taskTypes.join(" "), engineVersion, signatureVersion],
          detectors === 0 ? "none yet, started when there is work" : detectors,
        ],
        none: "no detectors",
      });
      onExit(exitCodes.complete);
    },
  );
};

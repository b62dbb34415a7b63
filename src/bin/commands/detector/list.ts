import type { Command } from "commander";
import type { DetectionClient } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { printRows } from "../../output/text/print-rows.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

type State = "live" | "startable" | "waiting" | "failed";
type Offered = Awaited<ReturnType<DetectionClient["detectors"]>>[number]["kinds"][number];

/** `waiting`: its engine has yet to say what it is. `startable`: none lives, and one is started when there is work. */
const stateOf = ({ detectors, engineVersion, signatureVersion, problem }: Offered): State => {
  if (problem !== undefined) return "failed";
  if (engineVersion === "unknown" || signatureVersion === "unknown") return "waiting";
  return detectors === 0 ? "startable" : "live";
};

const stateText = (state: State, problem: string | undefined): string => {
  if (problem !== undefined) return `${state}: ${problem}`;
  return state === "startable" ? "started when there is work" : state;
};

export const addDetectorList = (detector: Command, onExit: OnExit): void => {
  withConnectionFlags(detector.command("list").description("which detectors the hosts of the cluster have")).action(
    async (flags: ConnectionFlags) => {
      const hosts = await callNode(flags, ({ detection }) => detection.detectors());
      const rows = hosts.flatMap(({ relay, kinds }) =>
        kinds.map((kind) => ({ host: relay.host, ...kind, state: stateOf(kind) })),
      );
      await printRows(rows, flags.json === true, {
        head: ["host", "kind", "class", "task types", "engine", "signatures", "detectors", "state"],
        cells: ({ host, kind, class: type, taskTypes, engineVersion, signatureVersion, ...more }) => [
          ...[host, kind, type, taskTypes.join(" "), engineVersion, signatureVersion, more.detectors],
          stateText(more.state, more.problem),
        ],
        none: "no detectors",
      });
      onExit(exitCodes.complete);
    },
  );
};

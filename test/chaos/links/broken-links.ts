import { runBroken, type BrokenBuild } from "../../support/broken-build.ts";
import type { LinksFlags } from "./commands.ts";

const inbound = "src/cluster/links/inbound-connection.ts";

/** Links that do not deliver each message once. Each takes two sides: as long as one of them is right, nothing comes of it. */
const defects: Readonly<Record<string, BrokenBuild>> = {
  /** The sender sends all again that was not acknowledged, and the receiver handles all of it again. */
  duplicates: {
    name: "chaos-links-duplicates",
    patch: { file: inbound, find: "if (sequence <= sender.handled) {", replace: "if (sequence < 0) {" },
    also: [
      {
        file: "src/cluster/links/sender.ts",
        find: "!this.#outbox.rewind(handled)",
        replace: "!this.#outbox.rewind(this.#outbox.firstHeld - 1)",
      },
    ],
    caughtBy: "violated I7",
  },
  /** The sender sends nothing again, and the receiver does not look for gaps. */
  resend: {
    name: "chaos-links-resend",
    patch: {
      file: "src/cluster/links/outbox.ts",
      find: "    this.#inFlightBytes = 0;\n    return this.acknowledge(handled);",
      replace: "    this.#inFlightBytes = 0;\n    return handled >= 0 && this.acknowledge(this.#highestSent);",
    },
    also: [
      { file: inbound, find: "batch.firstSequence > sender.handled + 1", replace: "batch.firstSequence < 0" },
      {
        file: "src/cluster/links/receiver.ts",
        find: "hello.firstHeld > sender.handled + 1",
        replace: "hello.firstHeld < 0",
      },
    ],
    caughtBy: "violated I17",
  },
};

const graceMs = 240_000;

/** `links --broken`: the same run in a copy of the sources with a defect. False, as it has to be: the run failed. */
export const brokenLinks = async (defect: string, { seconds, seed, leaseMs, print }: LinksFlags): Promise<boolean> => {
  const build = defects[defect];
  if (build === undefined) throw new Error(`--broken: ${Object.keys(defects).join(" or ")}`);
  const run = ["test/chaos/scan/main.js", "links", "--minutes", `${seconds / 60}`, "--seed", `${seed}`];
  const { code, overdue, output } = await runBroken(
    build,
    [...run, "--ttl-ms", `${leaseMs}`],
    seconds * 1_000 + graceMs,
  );
  print(output.trimEnd());
  if (overdue) print("the broken run did not end in time");
  if (!output.includes(build.caughtBy)) print(`the defect was not found: nothing says "${build.caughtBy}"`);
  return code === 0;
};

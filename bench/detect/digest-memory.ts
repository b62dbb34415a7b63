import { systemClock } from "../../src/base/clock.ts";
import { openDigestLists } from "../../src/engines/malware/digest/index.ts";
import { heapAfterGc } from "../garbage.ts";
import { residentMegabytes } from "../processes.ts";

const lookups = 20_000;

/** A process that opens the built list of a text, looks into it, and prints by how many MB that made it larger. */
const [, , text = "", folder = ""] = process.argv;

const megabytes = async (): Promise<number> => {
  await heapAfterGc();
  return residentMegabytes(process.pid);
};

const before = await megabytes();
const lists = await openDigestLists({ allow: [], deny: [text], folder, clock: systemClock });
for (let at = 0; at < lookups; at += 1) lists.check("sha256", at.toString(16).padStart(64, "0"));
const after = await megabytes();
process.stdout.write(`${after - before}\n`);
lists.close();

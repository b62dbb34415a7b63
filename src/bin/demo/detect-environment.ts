import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { NodeEnvironment } from "./demo-node.ts";

const families = fileURLToPath(new URL("../../../rules/demo-malware/families.yar", import.meta.url));

/** Of a folder, where the relay of the nodes listens: short, since the path of a socket is. */
export const relaySocket = (folder: string): string => join(folder, "relay", "relay.sock");

/**
 * What the nodes of a run are told about detection: all that they keep is below the folder, and nothing of it is the user's.
 * @param denyList digests of what is to be found; absent: nothing is
 */
export const detectEnvironment = (folder: string, denyList: string | undefined): NodeEnvironment => ({
  GARRISON_DETECT__SOCKET: relaySocket(folder),
  GARRISON_DETECT__CACHEPATH: join(folder, "objects"),
  GARRISON_DETECT__SAMPLES__PATH: join(folder, "kept-samples"),
  GARRISON_DETECT__DIGEST__FOLDER: join(folder, "built-lists"),
  ...(denyList === undefined ? {} : { GARRISON_DETECT__DIGEST__DENY: denyList }),
  GARRISON_DETECT__YARA__RULES: families,
  // What one engine finds is found: the samples are each for one of them.
  GARRISON_DETECT__RULE: "any",
  GARRISON_DETECT__WINDOWMS: "100",
  // Longer than another node may take to become the relay, on a machine that is very busy too.
  GARRISON_DETECT__MISSINGGRACEMS: "90000",
});

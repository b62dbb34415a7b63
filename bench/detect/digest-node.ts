import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { endWithParent } from "../../src/bin/node/process/end-with-parent.ts";
import { Service } from "../../test/support/service.ts";
import { entryOf, RespondNodeProcess } from "../../test/chaos/respond/respond-cluster.ts";
import { required, rule } from "./verdict-library.ts";

const longestLifeMs = 600_000;

/** Starts the command that users run as a node that answers from the library of a store, and scans nothing. */
export const startDigestNode = (folder: string, store: string): RespondNodeProcess => {
  const file = join(folder, "node.yaml");
  const tmp = join(folder, "tmp");
  mkdirSync(tmp);
  const detect = { rule, require: required, samples: { path: join(folder, "samples") } };
  const config = { node: { id: "node-1", roles: ["scheduler", "centre"] }, store: { url: `lmdb:${store}` }, detect };
  writeFileSync(file, stringify(config));
  const { command, args } = endWithParent(process.execPath, []);
  const through = command === process.execPath ? {} : { through: [command, ...args.slice(0, -1)] };
  const options = { entry: entryOf("built"), longestMs: longestLifeMs, tmp, ...through };
  const listen = ["--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"];
  return new RespondNodeProcess(() => new Service(folder, ["node", ...listen, "--config", file], options));
};

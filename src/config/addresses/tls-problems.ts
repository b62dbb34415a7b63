import type { ConfigProblem } from "../errors.ts";
import type { Given } from "../layers/given.ts";
import { isEveryAddress, isLoopbackHost, parseListenAddress } from "./listen-address.ts";
import type { ConfigPath } from "../schema.ts";

/** What does not go together in the keys of TLS and of where a node listens; what is wrong with one of them alone is said elsewhere. */
export const tlsProblems = (given: ReadonlyMap<ConfigPath, Given>): readonly ConfigProblem[] => {
  const isSet = (path: ConfigPath): boolean => given.has(path);
  const problem = (path: ConfigPath, message: string): ConfigProblem => ({
    path,
    source: given.get(path)?.sourceOf() ?? "default",
    message,
  });
  const problems: ConfigProblem[] = [];
  if (isSet("tls.cert") !== isSet("tls.key")) {
    const missing = isSet("tls.cert") ? "tls.key" : "tls.cert";
    problems.push(problem(missing, "a certificate and its key go together: set both tls.cert and tls.key"));
  }
  if (!isSet("tls.ca") && (isSet("tls.cert") || isSet("tls.key"))) {
    problems.push(problem("tls.ca", "whom to trust is missing: set it to the certificate of the cluster's authority"));
  }
  const isComplete = isSet("tls.ca") && isSet("tls.cert") && isSet("tls.key");
  for (const path of ["listen.grpc", "listen.http"] as const) {
    const address = given.get(path)?.value;
    const parsed = typeof address === "string" ? parseListenAddress(address) : undefined;
    if (typeof parsed !== "object" || isLoopbackHost(parsed.host)) continue;
    const shown = JSON.stringify(address);
    if (!isComplete) {
      problems.push(
        problem(
          path,
          `${shown}: reachable from other machines, which needs mutual TLS: set tls.ca, tls.cert and tls.key (see garrison cert), or use 127.0.0.1:${parsed.port}`,
        ),
      );
    } else if (isEveryAddress(parsed.host) && !isSet("listen.advertise")) {
      problems.push(
        problem(
          path,
          `${shown}: no address that other nodes could call: set listen.advertise to the one by which they reach this machine`,
        ),
      );
    }
  }
  return problems;
};

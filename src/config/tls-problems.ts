import type { ConfigProblem } from "./errors.ts";
import type { Given } from "./given.ts";
import { isEveryAddress, isLoopbackHost, parseListenAddress } from "./listen-address.ts";
import type { Config, ConfigPath } from "./schema.ts";

/** What does not go together in the keys of TLS and of where a node listens. */
export const tlsProblems = (
  { tls, listen }: Config,
  given: ReadonlyMap<ConfigPath, Given>,
): readonly ConfigProblem[] => {
  const problems: ConfigProblem[] = [];
  const add = (path: ConfigPath, message: string): void =>
    void problems.push({ path, source: given.get(path)?.sourceOf() ?? "default", message });
  const { ca, cert, key } = tls;
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? "tls.cert" : "tls.key";
    add(missing, "a certificate and its key go together: set both tls.cert and tls.key");
  }
  if (ca === undefined && (cert ?? key) !== undefined) {
    add("tls.ca", "whom to trust is missing: set it to the certificate of the cluster's authority");
  }
  const isComplete = ca !== undefined && cert !== undefined && key !== undefined;
  for (const path of ["listen.grpc", "listen.http"] as const) {
    const address = path === "listen.grpc" ? listen.grpc : listen.http;
    const parsed = parseListenAddress(address);
    if (typeof parsed === "string" || isLoopbackHost(parsed.host)) continue;
    const port = String(parsed.port);
    if (!isComplete) {
      add(
        path,
        `"${address}": reachable from other machines, which needs mutual TLS: set tls.ca, tls.cert and tls.key (see garrison cert), or use 127.0.0.1:${port}`,
      );
    } else if (isEveryAddress(parsed.host) && listen.advertise === undefined) {
      add(
        path,
        `"${address}": no address that other nodes could call: set listen.advertise to the one by which they reach this machine`,
      );
    }
  }
  return problems;
};

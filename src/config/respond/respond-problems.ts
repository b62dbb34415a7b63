import type { ConfigProblem } from "../errors.ts";
import type { Given } from "../layers/given.ts";
import { isLoopbackHost, parseListenAddress } from "../addresses/listen-address.ts";
import type { Config, ConfigPath } from "../schema.ts";

const isReachable = (address: string): boolean => {
  const parsed = parseListenAddress(address);
  return typeof parsed === "object" && !isLoopbackHost(parsed.host);
};

/** What does not go together in the keys of respond. */
export const respondProblems = (
  { respond, tls }: Config,
  given: ReadonlyMap<ConfigPath, Given>,
): readonly ConfigProblem[] => {
  const problems: ConfigProblem[] = [];
  const report = (path: ConfigPath, message: string): void => {
    problems.push({ path, source: given.get(path)?.sourceOf() ?? "default", message });
  };
  const { child, pool, signatures, http, syslog } = respond;
  if (pool.spare > pool.max) {
    report("respond.pool.spare", `${pool.spare}: more than respond.pool.max (${pool.max}) processes at all`);
  }
  if (pool.warmThreads > child.maxThreads) {
    report("respond.pool.warmThreads", `${pool.warmThreads}: more than respond.child.maxThreads (${child.maxThreads})`);
  }
  if (child.actionTimeoutMs > child.deadlineMs) {
    report(
      "respond.child.actionTimeoutMs",
      `${child.actionTimeoutMs}: longer than a run may take (respond.child.deadlineMs is ${child.deadlineMs})`,
    );
  }
  if (child.maxOldSpaceMb > child.maxRssMb) {
    report(
      "respond.child.maxOldSpaceMb",
      `${child.maxOldSpaceMb}: more than the process may have in all (respond.child.maxRssMb is ${child.maxRssMb})`,
    );
  }
  if (signatures.required && signatures.trusted.length === 0) {
    report("respond.signatures.required", "no playbook could be used: name in respond.signatures.trusted whose count");
  }
  if (http.listen !== undefined && http.sources.length === 0) {
    report("respond.http.sources", "nobody could report: name those who may, each with a secret");
  }
  if (http.listen !== undefined && isReachable(http.listen) && tls.ca === undefined) {
    report(
      "respond.http.listen",
      `"${http.listen}": reachable from other machines, which needs TLS: set tls.ca, tls.cert and tls.key`,
    );
  }
  if (syslog.tls !== undefined && tls.ca === undefined) {
    report("respond.syslog.tls", `"${syslog.tls}": there is no certificate: set tls.ca, tls.cert and tls.key`);
  }
  for (const key of ["udp", "tcp"] as const) {
    const address = syslog[key];
    if (address === undefined || !isReachable(address) || syslog.allowFrom.length > 0) continue;
    report(
      `respond.syslog.${key}`,
      `"${address}": everybody could send to it: say in respond.syslog.allowFrom who may, or use respond.syslog.tls`,
    );
  }
  return problems;
};

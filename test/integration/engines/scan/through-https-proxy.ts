import assert from "node:assert/strict";
import { anyResponse, scan } from "./site.ts";

/** Run by proxy.test.ts in a process that trusts the proxy's certificate: scans the targets through the proxy. */

const [proxy = "", ...targets] = process.argv.slice(2);
for (const target of targets) {
  const outcome = await scan(target, [anyResponse("/")], { proxyScope: [new URL(proxy).host] }, undefined, {
    headers: [],
    variables: {},
    excludeHosts: [],
    proxy,
  });
  assert.deepEqual(outcome.errors, []);
  assert.equal(outcome.findings.length, 1);
}

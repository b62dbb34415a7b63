/**
 * A front end as a process of its own: `node front-end.js FOLDER`. It answers `GET /?rule=N&ip=A&account=B` with what the guard decides about
 * that access, and `GET /counts` with what it has done. It says its port on standard output and ends at SIGTERM.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createGuard } from "../../../src/client/guard/index.ts";

const guard = createGuard({ folder: process.argv[2] ?? "" });

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://front-end");
  const [rule, ip, account] = ["rule", "ip", "account"].map((name) => searchParams.get(name) ?? undefined);
  const access = {
    rules: rule === undefined ? [] : [Number(rule)],
    ...(ip === undefined ? {} : { ip }),
    ...(account === undefined ? {} : { account }),
  };
  response.end(JSON.stringify(pathname === "/counts" ? guard.counts : guard.decide(access)));
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));

process.on("SIGTERM", () => {
  guard.close();
  server.closeAllConnections();
  server.close();
});

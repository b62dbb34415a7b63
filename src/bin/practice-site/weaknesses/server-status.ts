import { html } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const page = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html><head>
<title>Apache Status</title>
</head><body>
<h1>Apache Server Status for fernhill.example (via 127.0.0.1)</h1>
<dl><dt>Server Version: Apache/2.4.41 (Ubuntu)</dt>
<dt>Server uptime:  12 days 3 hours 41 minutes</dt>
<dt>Total accesses: 48213 - Total Traffic: 1.1 GB</dt>
</dl>
</body></html>
`;

export const serverStatus: Weakness = {
  id: "server-status",
  gives: "The requests of other visitors, with their addresses and queries.",
  routes: { "/server-status": () => html(page) },
};

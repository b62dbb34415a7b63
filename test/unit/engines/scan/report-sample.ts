import type { Finding } from "../../../../src/engines/scan/run/finding.ts";
import type { ScanReport } from "../../../../src/engines/scan/report/scan-report.ts";
import type { Severity } from "../../../../src/engines/scan/template/severity.ts";

export const finding = (id: string, severity: Severity, more: Partial<Finding> = {}): Finding => ({
  "template-id": id,
  "template-path": `${id}.yaml`,
  info: { name: `Name of ${id}`, author: ["a"], severity, tags: ["x"], reference: ["https://example.com/r"] },
  type: "http",
  host: "h.test",
  port: "80",
  scheme: "http",
  url: "http://h.test",
  path: "/",
  "matched-at": `http://h.test/${id}`,
  request: "GET / HTTP/1.1",
  response: "HTTP/1.1 200 OK",
  timestamp: "2026-01-01T00:00:00.000Z",
  "curl-command": "curl",
  "matcher-status": true,
  fingerprint: id.padEnd(64, "0"),
  ...more,
});

export const complete = (...findings: readonly Finding[]): ScanReport => ({ findings, complete: true, gaps: [] });

/** What a site or a template could write to get out of where it stands. */
export const hostile = [
  '<script>alert(1)</script><img src=x onerror="alert(1)">',
  "' onclick='x' \" style=\"x",
  "</pre></details></body> & &lt;b&gt;",
  "```\n````\n# heading\n</details>\n- [x](javascript:alert(1)) ![i](http://h.test/i)",
  "| a | b |\n*b* _i_ `c` \\ {{x}} [l](1)",
  "\u001b[2J\u202eevil\u2028\u0000",
  "\ud800 lone",
].join("\n");

export const hostileFinding = (): Finding =>
  finding("k", "high", {
    info: {
      name: hostile,
      author: [hostile],
      severity: "high",
      tags: [hostile],
      description: hostile,
      remediation: hostile,
      reference: [hostile],
    },
    "matcher-name": hostile,
    "extracted-results": [hostile],
    "matched-at": `http://h.test/${hostile}`,
    request: hostile,
    response: hostile,
    "curl-command": hostile,
  });

import { listedAs } from "../../../support/scan-sites/derived-sites.ts";
import { fixedPortSites } from "../../../support/scan-sites/fixed-port-site.ts";
import { httpAnswer, secureSites } from "../../../support/scan-sites/secure-site.ts";
import type { Site } from "../../../unit/engines/scan/key-cases/sites.ts";
import { tcpSite } from "../../../unit/engines/scan/key-cases/tcp-site.ts";
import type { EngineCase } from "../engine-case.ts";

const hex = { file: "protocols/network/hex.yaml", asked: ["PING\r\n"] };
const port = { file: "protocols/network/network-port.yaml", asked: ["PING\r\n"] };
const https = { file: "protocols/network/net-https.yaml" };
const steps = { file: "protocols/network/multi-step.yaml", asked: ["FIRSTSECOND"] };
const version = { file: "protocols/ssl/custom-version.yaml", asked: [] };
const versions = { file: "protocols/ssl/multi-req.yaml", asked: [] };
const printing = { file: "protocols/ssl/ssl-with-vars.yaml", asked: [] };

const pings = (answer: string): ((received: string) => string | undefined) => {
  return (received) => (received === "PING\r\n" ? answer : undefined);
};
/** The port that the template names. */
const ownPort = fixedPortSites(23_846);

const twoSteps = (first: string): Site =>
  tcpSite((received) => (received === "FIRST" ? first : received === "FIRSTSECOND" ? "PONGNUCLEI" : undefined));

const any = secureSites();
const old = secureSites({ minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" });
const tls12 = secureSites({ minVersion: "TLSv1.2", maxVersion: "TLSv1.2" });
const tls13 = secureSites({ minVersion: "TLSv1.3" });
const page = httpAnswer("hello");

export const socketCases: readonly EngineCase[] = [
  { ...hex, name: "bytes in hex, sent and matched", site: tcpSite(pings("PONG")), results: 1 },
  { ...hex, name: "another answer", site: tcpSite(pings("pong")), results: 0 },
  { ...steps, name: "what each input was answered", site: twoSteps("PING"), results: 1 },
  { ...steps, name: "one answer is another one", site: twoSteps("PANG"), results: 0 },
  {
    ...port,
    name: "the template's port instead of the one that a url has anyway",
    site: ownPort(pings("PONG"), "http://127.0.0.1:8080"),
    results: 1,
  },
  { ...port, name: "the target's own port", site: tcpSite(pings("PONG")), results: 1 },
  { ...port, name: "another answer", site: tcpSite(pings("POND")), results: 0 },
  {
    ...https,
    name: "tls, read to its end",
    site: any(() => page),
    asked: ["GET / HTTP/1.1"],
    results: 1,
    found: [String(page.length)],
  },
  {
    ...https,
    name: "no tls",
    site: listedAs(
      (sent) => (sent.startsWith("\x16\x03\x01") ? "a handshake" : sent),
      tcpSite((received) => (received === "" ? undefined : "220 no tls here\r\n")),
    ),
    asked: ["a handshake"],
    results: 0,
    errors: ["tls"],
  },
  { ...version, name: "the version is spoken", site: tls12(), results: 1 },
  { ...version, name: "the version is not spoken", site: tls13(), results: 0, errors: ["tls"] },
  {
    ...versions,
    name: "two of three versions are spoken",
    site: old(),
    results: 2,
    found: ["tls10", "tls11"],
    errors: ["tls"],
  },
  { ...versions, name: "none of them is", site: tls12(), results: 0, errors: ["tls", "tls", "tls"] },
  { ...printing, name: "what a person gave is printed", site: any(), variables: { test: "asdasdas" }, results: 1 },
  { ...printing, name: "nothing was given", site: any(), results: 0 },
];

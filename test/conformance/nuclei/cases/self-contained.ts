import { firstLine, listedAs } from "../../../support/scan-sites/derived-sites.ts";
import { fixedPortSites } from "../../../support/scan-sites/fixed-port-site.ts";
import { httpAnswer } from "../../../support/scan-sites/secure-site.ts";
import type { Site } from "../../../unit/engines/scan/key-cases/sites.ts";
import type { EngineCase } from "../engine-case.ts";

/** The port that these templates name. */
const ownPort = fixedPortSites(5431);
/** They bring their own: this one is not contacted. */
const target = "127.0.0.1:1";

const website = (body: string): Site =>
  listedAs(
    firstLine,
    ownPort((received) => (received.endsWith("\r\n\r\n") ? httpAnswer(body) : undefined), target),
  );

const text = "This is self-contained response";
const inputs = {
  file: "protocols/http/self-contained-file-input.yaml",
  variables: { test: "one" },
  asked: ["GET /one HTTP/1.1", "GET /one HTTP/1.1"],
};
const params = {
  file: "protocols/http/self-contained-with-params.yaml",
  asked: ["GET /?something=here&key=value HTTP/1.1"],
};
const plain = { file: "protocols/http/self-contained.yaml", asked: ["GET / HTTP/1.1"] };
const banner = { file: "protocols/network/self-contained.yaml", asked: [""] };

export const selfContainedCases: readonly EngineCase[] = [
  { ...inputs, name: "the value that a person gave, in a path and in a raw request", site: website(text), results: 2 },
  { ...inputs, name: "another text", site: website("This is self-contained"), results: 0 },
  {
    ...inputs,
    name: "without the value nothing is sent",
    site: website(text),
    variables: {},
    asked: [],
    errors: ["unresolved", "unresolved"],
    results: 0,
  },
  { ...params, name: "the query as it is written", site: website(text), results: 1 },
  { ...params, name: "another text", site: website("This is self-contained"), results: 0 },
  { ...plain, name: "the url of the request line", site: website(text), results: 1 },
  { ...plain, name: "another text", site: website("This is self-contained"), results: 0 },
  {
    ...banner,
    name: "what is said without being asked",
    site: ownPort((received) => (received === "" ? "Authentication successful" : undefined), target),
    results: 1,
  },
  {
    ...banner,
    name: "another greeting",
    site: ownPort((received) => (received === "" ? "Authentication failed" : undefined), target),
    results: 0,
  },
];

import assert from "node:assert/strict";
import { parseTarget } from "../../../../../src/engines/scan/http/target.ts";
import { urlValues } from "../../../../../src/engines/scan/target/target-values.ts";

const valuesOf = (url: string, trailingSlash = false, port?: number): Readonly<Record<string, unknown>> =>
  Object.fromEntries(urlValues(parseTarget(url), trailingSlash, port));

describe("values of a website", () => {
  it("are those of nuclei", () => {
    assert.deepEqual(valuesOf("https://www.shop.example.co.uk:8443/a/b.php?x=1&y"), {
      BaseURL: "https://www.shop.example.co.uk:8443/a/b.php?x=1&y",
      RootURL: "https://www.shop.example.co.uk:8443",
      Hostname: "www.shop.example.co.uk:8443",
      Host: "www.shop.example.co.uk",
      Port: "8443",
      Path: "/a",
      Query: "?x=1&y",
      File: "b.php",
      Scheme: "https",
      Input: "https://www.shop.example.co.uk:8443/a/b.php?x=1&y",
      FQDN: "www.shop.example.co.uk",
      RDN: "example.co.uk",
      DN: "example",
      TLD: "co.uk",
      SD: "www.shop",
    });
  });

  it("tell no path from a slash", () => {
    const short = (url: string): unknown => {
      const { BaseURL, Path, File, Port } = valuesOf(url);
      return [BaseURL, Path, File, Port];
    };
    assert.deepEqual(short("http://h.test"), ["http://h.test", "", "", "80"]);
    assert.deepEqual(short("http://h.test/"), ["http://h.test/", "/", "/", "80"]);
    assert.deepEqual(short("https://h.test/a/"), ["https://h.test/a/", "/a", "a", "443"]);
  });

  it("leave out the last slash where the request brings one, and take another port", () => {
    assert.equal(valuesOf("http://h.test/a/", true)["BaseURL"], "http://h.test/a");
    assert.deepEqual(
      [valuesOf("http://h.test/a", false, 81)["BaseURL"], valuesOf("http://h.test/a", false, 81)["Port"]],
      ["http://h.test:81/a", "81"],
    );
  });
});

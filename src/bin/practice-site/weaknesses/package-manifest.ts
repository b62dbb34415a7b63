import { json } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const npm = {
  name: "fernhill-shop",
  version: "3.2.1",
  private: true,
  scripts: { start: "node server.js" },
  dependencies: { express: "4.16.0", lodash: "4.17.4" },
};

const composer = {
  _readme: ["This file locks the dependencies of your project to a known state"],
  "content-hash": "0123456789abcdef0123456789abcdef",
  packages: [{ name: "monolog/monolog", version: "1.23.0" }],
};

export const packageManifest: Weakness = {
  id: "package-manifest",
  gives: "The exact versions of all libraries, to be compared with lists of known vulnerabilities.",
  routes: { "/shop/package.json": () => json(npm), "/blog/composer.lock": () => json(composer) },
};

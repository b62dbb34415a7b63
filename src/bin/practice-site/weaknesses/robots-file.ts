import { text } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const robots = `User-agent: *
Disallow: /internal/price-calculation/
Disallow: /admin-2019/
Disallow: /search
`;

export const robotsFile: Weakness = {
  id: "robots-file",
  gives: "The paths that the owner would rather hide.",
  routes: { "/robots.txt": () => text(robots) },
};

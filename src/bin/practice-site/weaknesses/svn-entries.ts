import { text } from "../exchange.ts";
import type { Weakness } from "./weakness.ts";

const entries = `10

dir
417
https://svn.fernhill.example/blog/trunk
https://svn.fernhill.example/blog
`;

export const svnEntries: Weakness = {
  id: "svn-entries",
  gives: "The address of the repository and the names of all files.",
  routes: { "/blog/.svn/entries": () => text(entries) },
};

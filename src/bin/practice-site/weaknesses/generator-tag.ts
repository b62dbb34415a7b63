import type { Weakness } from "./weakness.ts";

export const generatorTag: Weakness = {
  id: "generator-tag",
  gives: "Name and version of the content system.",
  head: { blog: '<meta name="generator" content="WordPress 5.8.1">' },
};

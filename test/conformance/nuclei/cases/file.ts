import { textsFolder } from "../../../support/scan-sites/texts-folder.ts";
import type { EngineCase } from "../engine-case.ts";

const and = { file: "protocols/file/matcher-with-and.yaml", asked: [] };
const or = { file: "protocols/file/matcher-with-or.yaml", asked: [] };

export const fileCases: readonly EngineCase[] = [
  // With `and` a file is judged as a whole.
  {
    ...and,
    name: "both words of a file",
    site: textsFolder({ "a.txt": "1 CCC\n2 DDD\n", "b.txt": "CCC\n" }),
    results: 1,
  },
  { ...and, name: "one in each of two files", site: textsFolder({ "a.txt": "CCC\n", "b.txt": "DDD\n" }), results: 0 },
  {
    ...or,
    name: "any of the words, in folders below too",
    site: textsFolder({ "a.txt": "1AA\n", "b/c.conf": "BB\n", "d.txt": "BB and AA\n" }),
    results: 3,
  },
  { ...or, name: "other letters", site: textsFolder({ "a.txt": "aa\n", "b.txt": "A A\n" }), results: 0 },
];

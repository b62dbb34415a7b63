import { basename } from "node:path";
import { folderSite } from "./folder-site.ts";
import type { KeyCase } from "./key-case.ts";
import { operatorCases } from "./operator-cases.ts";
import { blockText } from "./template-text.ts";

const secret = "matchers: [{type: word, words: [secret]}]";

const file = (key: string, shows: string, keys: string): Omit<KeyCase, "expected" | "changed"> => ({
  place: "file",
  key,
  shows,
  template: blockText("file", `${keys}\n${secret}`),
  site: folderSite,
  show: (finding) => basename(finding["matched-at"]),
});

export const fileCases: readonly KeyCase[] = [
  ...operatorCases({ place: "file", keys: "extensions: [conf]", site: folderSite, word: "secret", part: "raw" }),
  {
    ...file("extensions", "of the files that are read", "extensions: [conf]"),
    to: ["txt"],
    expected: { findings: ["b.conf"] },
    changed: { findings: ["a.txt", "c.txt"] },
  },
  {
    ...file("denylist", "what is left out", "extensions: [all]\ndenylist: [.txt, picture]"),
    expected: { findings: ["b.conf"] },
    changed: { findings: ["a.txt", "b.conf", "c.txt", "picture"] },
  },
  {
    ...file("max-size", "bytes of a file that are read", "extensions: [txt]\nmax-size: 12b"),
    expected: { findings: ["c.txt"] },
    changed: { findings: ["a.txt", "c.txt"] },
  },
  {
    ...file("archive", "what is in archives is read too", "extensions: [gz]\narchive: true"),
    expected: { findings: ["old.gz"] },
    changed: { findings: [] },
  },
  {
    ...file("mime-type", "types by the beginning of files", "extensions: [image/png]\nmime-type: true"),
    expected: { findings: ["picture"] },
    changed: { findings: [] },
  },
  {
    ...file("no-recursive", "folders are left alone", "extensions: [conf]\nno-recursive: true"),
    expected: { findings: [] },
    changed: { findings: ["b.conf"] },
  },
];

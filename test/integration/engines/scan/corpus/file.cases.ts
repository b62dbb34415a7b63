import { gzipSync } from "node:zlib";
import { textsFolder } from "../../../../support/scan-sites/texts-folder.ts";
import { blockText } from "../../../../unit/engines/scan/key-cases/template-text.ts";
import type { CorpusCase } from "./corpus-case.ts";

const file = (keys: string): string => blockText("file", keys);
const key = "-----BEGIN RSA PRIVATE KEY-----\nMII\n";

/** Secrets and mistakes in files. */
export const fileCases: readonly CorpusCase[] = [
  {
    name: "a key of a cloud, extracted",
    template: file("extensions: [all]\nextractors: [{type: regex, name: aws, regex: ['AKIA[0-9A-Z]{16}']}]"),
    positive: textsFolder({ "deploy/env.txt": "a=1\nkey=AKIAABCDEFGHIJKLMNOP\n" }),
    found: ["aws=AKIAABCDEFGHIJKLMNOP"],
    nearMiss: textsFolder({ "deploy/env.txt": "a=1\nkey=AKIAABCDEFGHIJKLMNO-\n" }),
  },
  {
    name: "a private key by its first line",
    template: file(
      "extensions: [pem, key, txt]\nmatchers: [{type: regex, regex: ['^-----BEGIN (RSA|EC) PRIVATE KEY']}]",
    ),
    positive: textsFolder({ "id.pem": key }),
    nearMiss: textsFolder({ "id.md": key, "id.pem": `see ${key}` }),
  },
  {
    name: "each dangerous call under its name",
    template: file(
      "extensions: [php]\nmatchers:\n  - {type: regex, name: eval, regex: ['\\beval\\(']}\n  - {type: word, name: shell, words: ['shell_exec(']}",
    ),
    positive: textsFolder({ "a.php": "<?php\neval($x);\nshell_exec($y);\n" }),
    found: ["eval", "shell"],
    nearMiss: textsFolder({ "a.php": "<?php\nmedieval($x);\nshell_execute($y);\n" }),
  },
  {
    name: "two settings that are bad together",
    template: file(
      "extensions: [conf]\nmatchers-condition: and\nmatchers:\n  - {type: word, words: [PermitRootLogin yes]}\n  - {type: word, words: [PermitEmptyPasswords yes]}",
    ),
    positive: textsFolder({ "sshd.conf": "PermitRootLogin yes\nPort 22\nPermitEmptyPasswords yes\n" }),
    nearMiss: textsFolder({ "a.conf": "PermitRootLogin yes\n", "b.conf": "PermitEmptyPasswords yes\n" }),
  },
  {
    name: "a secret in an archive",
    template: file("extensions: [all]\narchive: true\nmatchers: [{type: word, words: [ghp_secret]}]"),
    positive: textsFolder({ "old.gz": gzipSync("a\ntoken: ghp_secret\n") }),
    nearMiss: textsFolder({ "old.gz": gzipSync("a\ntoken: ghp-secret\n") }),
  },
  {
    name: "folders that are left out",
    template: file("extensions: [all]\ndenylist: [vendor]\nmatchers: [{type: word, words: [password=]}]"),
    positive: textsFolder({ "vendor/a.ini": "password=1\n", "app/b.ini": "password=2\n" }),
    nearMiss: textsFolder({ "vendor/a.ini": "password=1\n", "app/b.ini": "password:2\n" }),
  },
];

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A template that asks for these paths one after the other and has a finding for each that is answered with 200. */
const templateOf = (id: string, paths: readonly string[]): string => `id: ${id}
info: {name: ${id}, author: test, severity: low}
http:
  - method: GET
    path: [${paths.map((path) => `"{{BaseURL}}${path}"`).join(", ")}]
    matchers:
      - {type: status, status: [200]}
`;

export interface PlainTemplates {
  readonly templates: number;
  /** Requests of each template, sent one after the other. */
  readonly requests: number;
}

/** Writes templates that plan known requests, each for a path of its own: `/t0/0`, `/t0/1`, …, `/t1/0`, … Returns the folder. */
export const writePlainTemplates = (folder: string, { templates, requests }: PlainTemplates): string => {
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < templates; at += 1) {
    const paths = Array.from({ length: requests }, (_, index) => `/t${at}/${index}`);
    writeFileSync(join(folder, `t${at}.yaml`), templateOf(`t${at}`, paths));
  }
  return folder;
};

import { writeFile } from "node:fs/promises";
import { inRepository } from "../support/built.ts";
import { playbooksPage } from "./playbooks-page.ts";
import { templatesPage } from "./templates-page.ts";

/** `npm run docs`: writes the pages that are generated from the code. */
await writeFile(inRepository("docs/templates.md"), await templatesPage());
await writeFile(inRepository("docs/playbooks.md"), await playbooksPage());

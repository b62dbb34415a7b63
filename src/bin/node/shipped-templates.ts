import { fileURLToPath } from "node:url";

/** Folder of the templates that ship with a node. This file and every chunk of `dist/` lie equally deep below what has it. */
export const shippedTemplates = fileURLToPath(new URL("../../../templates", import.meta.url));

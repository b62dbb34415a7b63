import { extname } from "node:path";
import { Worker } from "node:worker_threads";

const extension = extname(import.meta.url);

/**
 * Starts a thread from a file without its extension, named as seen `from` a module's URL: one of a TypeScript file has
 * to load tsx by itself.
 */
export const startThread = (file: string, from: string, workerData?: unknown): Worker => {
  const url = new URL(`${file}${extension}`, from);
  if (extension === ".js") return new Worker(url, { workerData });
  const entry = JSON.stringify(url.href);
  const code = `import("tsx/esm/api").then((tsx) => { tsx.register(); return import(${entry}); })`;
  return new Worker(code, { eval: true, workerData });
};

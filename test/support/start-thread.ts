import { extname } from "node:path";
import { Worker, type WorkerOptions } from "node:worker_threads";

const extension = extname(import.meta.url);

/** Starts a thread from a file without its extension: that of a TypeScript file has to load tsx by itself. */
export const startThread = (file: string, options: WorkerOptions = {}): Worker => {
  const url = new URL(`${file}${extension}`, import.meta.url);
  if (extension === ".js") return new Worker(url, options);
  const entry = JSON.stringify(url.href);
  const code = `import("tsx/esm/api").then((tsx) => { tsx.register(); return import(${entry}); })`;
  return new Worker(code, { ...options, eval: true });
};

/** How packages become parts of bundles of esbuild. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, relative } from "node:path";

/** Packages that are loaded from where they are installed. All others are bundled. */
const installedPackages = [
  // Native code, or a program.
  ...["@litko/yara-x", "esbuild", "lmdb", "ssh2"],
  // WebAssembly in files of their own.
  ...["jq-wasm", "quickjs-emscripten"],
  // A log can be written by threads, which pino starts from its own files.
  ...["pino", "pino-pretty"],
  // Loaded with `import()` when traces are sent: bundled, a CommonJS module has no named exports there.
  "@opentelemetry/exporter-trace-otlp-http",
  // Loaded with `createRequire`.
  ...["@xmldom/xmldom", "sorted-btree", "xpath"],
];
const { resolve: resolvePackage } = createRequire(import.meta.url);
const nameOf = (specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? "";

/** Leaves packages where they are installed, and out of the files that use nothing of them. */
const installed = {
  name: "installed",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[a-z@]/ }, ({ path }) =>
      installedPackages.includes(nameOf(path)) ? { path, external: true, sideEffects: false } : undefined,
    );
  },
};

/** Packages of gRPC read .proto files from beside their code: in a bundle too, their `__dirname` is where they are installed. */
const besideTheirCode = {
  name: "beside-their-code",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/node_modules\/(@grpc\/|grpc-).*\.js$/ }, async ({ path: file }) => {
      const code = await readFile(file, "utf8");
      if (!code.includes("__dirname")) return undefined;
      const name = nameOf(file.split("/node_modules/").at(-1) ?? "");
      const fromMain = relative(resolvePackage(name), dirname(file));
      const folder = `require("node:path").join(require.resolve(${JSON.stringify(name)}), ${JSON.stringify(fromMain)})`;
      return { contents: code.replaceAll("__dirname", folder) };
    });
  },
};

/** Messages of zod are in English. */
const oneLanguage = {
  name: "one-language",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/node_modules\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: "" }));
  },
};

/** Options of esbuild. */
export const withPackages = {
  plugins: [installed, besideTheirCode, oneLanguage],
  // Found through package.json when they are read.
  external: ["#lua/*", "#gen/garrison.binpb", "#package.json"],
  // CommonJS packages load modules of Node with it.
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
  },
  // Said of `besideTheirCode`: to resolve when it runs is what is meant.
  logOverride: { "require-resolve-not-external": "silent" },
};

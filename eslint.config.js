import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** The layers from the bottom up. A layer imports only what stands before it; `base` and `config` may be imported by all. */
const layers = ["gen", "wire", "kernel", "store", "cluster", "actors", "control", "bin"];

/** Packages with one home each: everything else goes through the layer that owns them. */
const packageHomes = {
  nact: ["src/kernel/"],
  lmdb: ["src/store/embedded/", "src/shared-memory/"],
  redis: ["src/store/redis/"],
  "@grpc/grpc-js": ["src/cluster/", "src/control/", "src/client/"],
  protobufjs: ["src/wire/"],
};

const closedPackages = (folder) =>
  Object.entries(packageHomes)
    .filter(([, homes]) => !homes.some((home) => home.startsWith(folder) || folder.startsWith(home)))
    .map(([name]) => name);

const closedLayers = (folder) => {
  const name = folder.replace(/^src\/|\/$/g, "");
  if (name === "base" || name === "config") return [...layers, "engines", "client", "shared-memory"];
  if (name === "engines") return [...layers, "client", "shared-memory", "config"];
  if (name === "client") return layers.filter((layer) => layer !== "gen" && layer !== "wire");
  const at = layers.indexOf(name);
  return at === -1 ? [] : layers.slice(at + 1);
};

const ambient = [
  { object: "Date", property: "now" },
  { object: "performance", property: "now" },
  { object: "process", property: "hrtime" },
  { object: "process", property: "nextTick" },
  { object: "AbortSignal", property: "timeout" },
  { object: "Math", property: "random" },
  { object: "crypto", property: "randomBytes" },
  { object: "crypto", property: "randomUUID" },
  { object: "crypto", property: "randomInt" },
  { object: "crypto", property: "getRandomValues" },
].map((entry) => ({ ...entry, message: "Time and randomness come from src/base (clock, random)." }));

const timers = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask"].map((name) => ({
  name,
  message: "Timers come from the Clock in src/base.",
}));

export default tseslint.config(
  { ignores: ["dist/**", "gen/**", ".bench/**", ".broken/**", ".test/**", "coverage/**", "*.js", "*.cjs"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-generated-empty-object-type": "off",
      "@typescript-eslint/no-invalid-void-type": ["error", { allowInGenericTypeArguments: true }],
    },
  },
  {
    files: ["src/**"],
    ignores: ["src/base/**"],
    rules: {
      "no-restricted-properties": ["error", ...ambient],
      "no-restricted-globals": ["error", ...timers],
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: "Time comes from the Clock in src/base.",
        },
        { selector: "ExportAllDeclaration", message: "Name what a layer exports." },
      ],
    },
  },
  {
    files: ["test/**", "bench/**"],
    rules: {
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-meaningless-void-operator": "off",
      "@typescript-eslint/no-floating-promises": ["error", { allowForKnownSafeCalls: [] }],
    },
  },
  { files: ["bench/**", "test/simulation/main.ts", "test/conformance/main.ts"], rules: { "no-console": "off" } },
  ...[
    "base",
    "config",
    "wire",
    "kernel",
    "store",
    "cluster",
    "engines",
    "actors",
    "control",
    "client",
    "shared-memory",
    "bin",
  ].map((layer) => ({
    files: [`src/${layer}/**`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: [
            ...(layer === "base"
              ? []
              : [{ name: "node:timers/promises", message: "Time comes from the Clock in src/base." }]),
            ...closedPackages(`src/${layer}/`).map((name) => ({
              name,
              message: `${name} is not used in src/${layer}.`,
            })),
          ],
          patterns: closedLayers(`src/${layer}/`).map((closed) => ({
            group: [`**/${closed}/**`, `#${closed}/*`],
            message: `src/${layer} may not import src/${closed}.`,
          })),
        },
      ],
    },
  })),
);

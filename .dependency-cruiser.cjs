/** The layers from the bottom up (docs/architecture.md). A layer imports only what stands before it. */
const layers = ["gen", "wire", "kernel", "store", "cluster", "actors", "control", "bin"];
const side = ["engines", "client", "shared-memory", "base", "config"];

const closed = (layer, to) => ({
  name: `${layer}-looks-up`,
  severity: "error",
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(${to.join("|")})/` },
});
const only = (name, homes) => ({
  name: `${name.replace(/\W/g, "-")}-has-one-home`,
  severity: "error",
  from: { path: "^src/", pathNot: `^src/(${homes.join("|")})/` },
  to: { path: `node_modules/${name}/` },
});

module.exports = {
  forbidden: [
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-orphan",
      severity: "error",
      from: { orphan: true, path: "^src/" },
      to: {},
    },
    {
      name: "src-imports-no-tests",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|bench|scripts)/" },
    },
    {
      name: "through-the-index",
      comment: "A layer's outside name is its index.ts.",
      severity: "error",
      from: { path: "^src/(actors|control|bin|cluster|client)/" },
      to: { path: "^src/(kernel|store)/", pathNot: "^src/(kernel|store)/(memory/|embedded/|redis/)?index\\.ts$" },
    },
    {
      name: "cacao-knows-no-process",
      comment:
        "What CACAO means does not depend on where it is executed: child and host use it, not the other way round.",
      severity: "error",
      from: { path: "^src/engines/playbook/cacao/" },
      to: { path: "^src/engines/playbook/(host|child|node-commands|catalog)/" },
    },
    ...layers.slice(0, -1).map((layer, at) => closed(layer, layers.slice(at + 1))),
    closed("engines", [...layers, "client", "shared-memory", "config"]),
    closed("base", [...layers, ...side.filter((name) => name !== "base")]),
    closed("config", [...layers, ...side.filter((name) => name !== "config" && name !== "base")]),
    closed(
      "client",
      layers.filter((name) => name !== "wire" && name !== "gen"),
    ),
    only("nact", ["kernel"]),
    only("lmdb", ["store/embedded", "shared-memory"]),
    only("redis", ["store/redis"]),
    only("@grpc", ["cluster", "control", "client"]),
    only("protobufjs", ["wire"]),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};

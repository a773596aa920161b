// The dependency direction of src/, as rules for dependency-cruiser. Type imports count like any other:
// a type that is needed further down belongs further down.
//
//   core <- {observe config profile runtime wire threads jobs} <- {bundle forkserver} <- {pool host}
//        <- run <- supervisor.ts <- bench <- front/*        index.ts re-exports supervisor and core

"use strict";

const RANKS = [
  ["core"],
  ["observe", "config", "profile", "runtime", "wire", "threads", "jobs"],
  ["bundle", "forkserver"],
  ["pool", "host"],
  ["run"],
];
const ABOVE_ALL = "^src/(supervisor\\.ts|index\\.ts|bench/|front/)";

/** One rule for each directory: it must import neither its neighbours nor anything above. */
const ranked = RANKS.flatMap((directories, rank) =>
  directories.map((directory) => {
    const below = RANKS.slice(0, rank).flat();
    const allowed = [...below, directory].join("|");
    return {
      name: `${directory}-looks-down-only`,
      severity: "error",
      from: { path: `^src/${directory}/` },
      to: { path: "^src/", pathNot: `^src/(${allowed})/` },
    };
  }),
);

/** One door for each outside thing: [name of the rule, modules, files that may import them]. */
const doors = [
  ["child-processes", "^(node:)?child_process$", "^src/forkserver/spawn\\.ts$"],
  ["piscina", "(^|/)node_modules/piscina/", "^src/threads/"],
  ["protobufjs", "(^|/)node_modules/protobufjs/", "^src/wire/((codec|encode|decode)\\.ts|generated/)"],
  ["generated-messages", "^src/wire/generated/", "^src/wire/((codec|encode|decode)\\.ts|generated/)"],
  ["pino", "(^|/)node_modules/pino/", "^src/observe/"],
  ["tmp-promise", "(^|/)node_modules/(tmp|tmp-promise)/", "^src/bundle/"],
  ["commander", "(^|/)node_modules/commander/", "^src/front/cli/"],
  ["sql", "(^|/)node_modules/(pg|@electric-sql/pglite)/", "^src/jobs/"],
].map(([name, path, door]) => ({
  name: `one-door-for-${name}`,
  severity: "error",
  from: { path: "^src/", pathNot: door },
  to: { path },
}));

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "everything-resolves",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    ...ranked,
    {
      name: "core-does-no-io",
      comment: "core/ is vocabulary: zod and itself, and of Node only what computes",
      severity: "error",
      from: { path: "^src/core/" },
      to: {
        pathNot: [
          "^src/core/",
          "(^|/)node_modules/zod/",
          "^(node:)?(crypto|util|buffer|string_decoder)$",
        ],
      },
    },
    {
      name: "ports-are-handed-down",
      comment: "below supervisor.ts nobody imports observe or config: they are passed in",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/(observe|config)/", ABOVE_ALL] },
      to: { path: "^src/(observe|config)/" },
    },
    {
      name: "supervisor-knows-no-front",
      severity: "error",
      from: { path: "^src/(supervisor|index)\\.ts$" },
      to: { path: "^src/(front|bench)/" },
    },
    {
      name: "bench-is-measured-from-the-command",
      comment: "bench looks down at everything, and only the command line looks at it",
      severity: "error",
      from: { path: "^src/bench/" },
      to: { path: "^src/front/" },
    },
    {
      name: "nothing-but-the-command-uses-bench",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(bench|front/cli)/" },
      to: { path: "^src/bench/" },
    },
    {
      name: "index-is-for-users",
      comment: "nothing inside imports the public surface",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/index\\.ts$" },
      to: { path: "^src/index\\.ts$" },
    },
    {
      name: "fronts-do-not-know-each-other",
      severity: "error",
      from: { path: "^src/front/([^/]+)/", pathNot: "^src/front/cli/" },
      to: { path: "^src/front/", pathNot: "^src/front/$1/" },
    },
    ...doors,
    {
      name: "only-declared-packages",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "types", "default"],
    },
  },
};

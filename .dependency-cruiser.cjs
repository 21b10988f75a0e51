/** What may import what. Pure libraries do no I/O; one importer per driver; libraries never look into applications. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'pure-libs-do-no-io',
      comment:
        'membership and analytics are pure: of all modules outside themselves only node:crypto (hashing) is allowed.',
      severity: 'error',
      from: { path: '^libs/(membership|analytics)/src', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^libs/(membership|analytics)/', '^(node:)?crypto$'] },
    },
    {
      name: 'membership-depends-on-nothing',
      severity: 'error',
      from: { path: '^libs/membership/src', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/(?!membership/)|^apps/' },
    },
    {
      name: 'sqlite-driver-only-in-adapters',
      severity: 'error',
      from: { pathNot: '^libs/(event-log|read-store|engine-store|privacy)/src/sqlite/|^test/benchmarks/' },
      to: { path: 'better-sqlite3' },
    },
    {
      name: 'eventstoredb-client-only-in-its-adapter',
      severity: 'error',
      comment:
        'The double speaks the protocol by the definitions that ship with the client, and its specs and the benchmark use the bare client.',
      from: { pathNot: '^libs/event-log/src/eventstoredb/|^test/(double|benchmarks)/' },
      to: { path: '@eventstore/db-client' },
    },
    {
      name: 'postgres-driver-only-in-its-library',
      severity: 'error',
      from: { pathNot: '^libs/postgres/src/|^test/benchmarks/' },
      to: { path: '(^|/)node_modules/pg/' },
    },
    { name: 'libs-never-import-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};

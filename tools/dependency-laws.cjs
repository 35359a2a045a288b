// The arrows of ARCHITECTURE.md. Run by tools/check-laws.mjs.
const FEATURES = [
  'people',
  'customers',
  'plans',
  'files',
  'tickets',
  'calls',
  'checks',
  'recordings',
  'diagnosis',
  'catalogue',
  'routing',
  'oncall',
  'statements',
  'drills',
  'demo',
];

const only = (from, allowed, why) => ({
  name: `${from.replace('/', '-')}-reaches-down`,
  comment: why,
  severity: 'error',
  from: { path: `^${from}/src`, pathNot: '\\.test\\.tsx?$' },
  to: {
    path: '^(packages|apps)/',
    pathNot: [`^${from}/`, ...allowed.map((name) => `^packages/${name}/src/(index\\.ts|tokens\\.css)$`)],
  },
});

module.exports = {
  forbidden: [
    only('packages/contracts', [], 'contracts import nothing of ours'),
    only('packages/rtp', [], 'rtp imports nothing of ours'),
    only('packages/sla', [], 'calendar arithmetic stands alone'),
    only('packages/diagnosis', [], 'judgements of measurements stand alone, in browser, server and command line'),
    only('packages/sfu', ['rtp'], 'the media server knows rooms, never tickets'),
    only('packages/desk', ['contracts', 'sla'], 'decisions know shapes and business time, nothing else'),
    only(
      'packages/client',
      ['contracts', 'desk', 'diagnosis'],
      'the browser SDK stands on contracts, desk and diagnosis',
    ),
    only('packages/ui', ['contracts', 'client', 'sla', 'diagnosis'], 'shared pieces stand on the SDK'),
    only('apps/console', ['contracts', 'client', 'ui', 'sla', 'desk'], 'apps never import each other'),
    only('apps/portal', ['contracts', 'client', 'ui', 'desk', 'diagnosis'], 'apps never import each other'),
    only('apps/widget', ['contracts', 'client', 'ui'], 'apps never import each other'),
    only('apps/server', ['contracts', 'desk', 'diagnosis', 'sfu', 'sla'], 'apps never import each other'),
    only('apps/cli', [], 'the command line starts programs, it imports none'),
    {
      name: 'no-way-through-the-inside',
      comment: 'a package is imported by its name, through its index',
      severity: 'error',
      from: { path: '^(packages|apps|bench|e2e)/([^/]+)/' },
      to: {
        path: '^packages/([^/]+)/src/',
        pathNot: ['^packages/$2/', '^packages/[^/]+/src/(index\\.ts|tokens\\.css)$'],
      },
    },
    {
      name: 'testkit-in-tests-only',
      severity: 'error',
      from: { path: '^(packages|apps)/', pathNot: ['\\.test\\.tsx?$', '^packages/testkit/'] },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'pure-packages',
      comment: 'time, randomness and the outside come in as arguments',
      severity: 'error',
      from: {
        path: '^packages/(contracts|desk|diagnosis|rtp|sla)/src',
        pathNot: ['\\.test\\.tsx?$', '^packages/diagnosis/src/command\\.ts$'],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'client-without-react',
      severity: 'error',
      from: { path: '^packages/(client|contracts|desk)/src' },
      to: { path: 'node_modules/(react|react-dom)/' },
    },
    {
      name: 'platform-knows-no-feature',
      comment: 'except the types of their tables and the list of their migrations',
      severity: 'error',
      from: { path: '^apps/server/src/platform/', pathNot: '\\.test\\.ts$' },
      to: { path: `^apps/server/src/(${FEATURES.join('|')})/`, dependencyTypesNot: ['type-only'] },
    },
    ...FEATURES.map((feature, index) => ({
      name: `${feature}-uses-earlier-features`,
      comment: 'a later feature is reached only by the stored events it listens to',
      severity: 'error',
      from: { path: `^apps/server/src/${feature}/`, pathNot: '\\.test\\.ts$' },
      to: { path: `^apps/server/src/(${FEATURES.slice(index + 1).join('|') || '-'})/` },
    })),
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolvable',
      severity: 'error',
      // Programs that are copied beside packages fetched when they run.
      from: { pathNot: '^bench/src/foreign/.*\\.mjs$' },
      // `/// <reference types="node" />` is read as an import of “node”.
      to: { couldNotResolve: true, pathNot: '^node$' },
    },
    {
      name: 'no-nameless-folder',
      severity: 'error',
      from: {},
      to: { path: '/(utils?|misc|common|helpers?)(/|\\.tsx?$)', pathNot: 'node_modules' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.css'],
    },
  },
};

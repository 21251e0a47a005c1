/**
 * Which part may import which, as docs/architecture.md draws it. npm links every workspace with every other, so the compiler does
 * not hold these; this does.
 */
const part = (name) => `^${name}/`;
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
/** From a part to any part of ours that is not listed. */
const only = (name, allowed) =>
  forbid(
    `${name}-imports-only-${allowed.join('-') || 'itself'}`,
    { path: part(name) },
    {
      path: `^(contracts|runtime|provisioning|firmware|controller|web-ui|lab|tests|tools)/`,
      pathNot: [name, ...allowed].map(part),
    },
    `${name} may import of ours: ${allowed.join(', ') || 'nothing'}`,
  );

const PURE = 'firmware/(acd|flows|routing)/';
const TEST = '\\.(test|bench|property)\\.tsx?$|/bench\\.ts$|/bed/';

module.exports = {
  forbidden: [
    forbid('no-cycles', {}, { circular: true }, 'an import cycle hides which file is the base of which'),
    only('contracts', []),
    only('runtime', []),
    only('provisioning', ['contracts']),
    only('web-ui', ['contracts']),
    only('lab', ['contracts', 'runtime']),
    {
      ...only('firmware', ['contracts', 'runtime', 'provisioning']),
      from: { path: part('firmware'), pathNot: TEST },
    },
    {
      ...only('controller', ['contracts', 'runtime', 'provisioning']),
      from: { path: part('controller'), pathNot: TEST },
    },
    forbid(
      'contracts-only-zod',
      { path: part('contracts'), pathNot: TEST },
      { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/zod/' },
      'contracts load in a browser: zod only',
    ),
    forbid(
      'pure-rooms-perform-nothing',
      { path: `^${PURE}`, pathNot: TEST },
      { dependencyTypes: ['core', 'npm'] },
      'acd, flows and routing are functions: no node modules, no packages',
    ),
    forbid(
      'only-engine-knows-asterisk',
      { path: part('firmware'), pathNot: `^firmware/(engine/|[a-z-]+\\.ts$)|${TEST}` },
      { path: '^firmware/engine/', pathNot: '^firmware/engine/port\\.ts$' },
      'rooms of the firmware see the engine through engine/port.ts; main.ts alone constructs it',
    ),
    forbid(
      'nothing-undeclared',
      { pathNot: `^tests/|^tools/|${TEST}` },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
      'a package that no package.json names',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
    },
  },
};

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
    { path: part(name), pathNot: TEST },
    {
      path: `^(contracts|runtime|provisioning|firmware|stand-in|controller|web-ui|lab|tests|tools)/`,
      pathNot: [name, ...allowed].map(part),
    },
    `${name} may import of ours: ${allowed.join(', ') || 'nothing'}`,
  );
/** A package, or several, that one place of the repository deals with. */
const kept = (packages, places) =>
  forbid(
    `${packages.split('|')[0]}-has-one-place`,
    { pathNot: [...places, TEST, '^tests/', '^tools/'] },
    { path: `node_modules/(@types/)?(${packages})/` },
    `${packages.replaceAll('|', ', ')}: imported by ${places.join(', ')} and by nothing else`,
  );

const TEST = '\\.(test|property)\\.tsx?$|/(bed|testing)/|/(bench|paper-engine|test-bed)\\.ts$';
/** Of calls/, what is no shell: the switchboard and the rooms of a call's life. */
const CALLS_CORE = '^firmware/calls/(?!service|journal|show|perform)';

/** Of power/, what is no shell. */
const POWER_CORE = '^firmware/power/(?!keeper)';
/** Of release/, what is no shell. */
const RELEASE_CORE = '^firmware/release/(core|judge|state)\\.ts$';
/** Of contacts/, what is no shell. */
const CONTACTS_CORE = '^firmware/contacts/(button|debounce|facts|lamps|lifeline|opening|spoken-address)';

/** Of rollouts/, what is no shell. */
const ROLLOUT_CORE = '^controller/rollouts/(core|going|going-back|judge|quiet|state|waves)\\.ts$';
const CONTINUITY_CORE = '^(controller/continuity/(decide|lease)|firmware/continuity/holder)\\.ts$';

/** Of network/ and clock/, what is no shell. */
const NETWORK_CORE =
  '^firmware/(clock/(sntp|judge)|network/(window|path|view|network-alarms|uplink-state|chooser|traffic|proc-net))\\.ts$';

/** They must tell a disk that refuses from a fault of ours, and ask no more of SQLite than that. */
const DISK_FAULTS = '^firmware/calls/journal\\.ts$';

module.exports = {
  forbidden: [
    forbid('no-cycles', {}, { circular: true }, 'an import cycle hides which file is the base of which'),

    // Parts
    only('contracts', []),
    only('runtime', []),
    only('provisioning', ['contracts']),
    only('web-ui', ['contracts']),
    only('lab', ['contracts', 'runtime']),
    only('firmware', ['contracts', 'runtime', 'provisioning']),
    only('controller', ['contracts', 'runtime', 'provisioning']),
    only('stand-in', ['contracts', 'runtime', 'firmware']),
    forbid(
      'a-host-has-a-line-as-a-box-has-it',
      { path: '^stand-in/', pathNot: TEST },
      { path: '^firmware/', pathNot: '^firmware/(uplink/|version\\.ts)' },
      'of the firmware a host of stand-ins uses its line to headquarters; the rest it runs',
    ),
    forbid(
      'contracts-only-zod',
      { path: part('contracts'), pathNot: TEST },
      { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: 'node_modules/zod/' },
      'contracts load in a browser: zod only',
    ),
    forbid(
      'what-ships-has-no-test-code',
      { pathNot: `^tests/|^tools/|${TEST}` },
      { path: TEST },
      'beds, benches and paper engines are for tests',
    ),
    forbid(
      'nothing-undeclared',
      { pathNot: `^tests/|^tools/|^web-ui/(preview|build)/|${TEST}` },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['type-only'] },
      'a package that the package.json of the part does not name among its dependencies',
    ),

    // Rooms of the firmware
    forbid(
      'pure-rooms-perform-nothing',
      {
        path: [
          '^firmware/(acd|flows|routing)/',
          CALLS_CORE,
          POWER_CORE,
          CONTACTS_CORE,
          NETWORK_CORE,
          RELEASE_CORE,
        ],
        pathNot: TEST,
      },
      { path: ['^runtime/', '^firmware/store/'], dependencyTypesNot: ['type-only'] },
      'the core is functions: no clock, no log, no store',
    ),
    forbid(
      'pure-rooms-import-no-packages',
      {
        path: [
          '^firmware/(acd|flows|routing)/',
          CALLS_CORE,
          POWER_CORE,
          CONTACTS_CORE,
          NETWORK_CORE,
          RELEASE_CORE,
        ],
        pathNot: TEST,
      },
      { dependencyTypes: ['core', 'npm'], pathNot: 'node_modules/libphonenumber-js/' },
      'the core is functions: no node modules, no packages',
    ),
    forbid(
      'pure-rooms-know-no-call',
      { path: '^firmware/(acd|flows|routing)/', pathNot: TEST },
      { path: '^firmware/', pathNot: '^firmware/(acd|flows|routing|node_modules)/' },
      'acd, flows and routing are used by calls/, and know nothing of it',
    ),
    forbid(
      'power-knows-no-room',
      { path: POWER_CORE, pathNot: TEST },
      { path: '^firmware/', pathNot: '^firmware/(power|node_modules)/' },
      'the machines of power/ are told what happens, and tell what is to be done',
    ),
    forbid(
      'only-engine-knows-asterisk',
      { path: part('firmware'), pathNot: `^firmware/(engine/|[a-z-]+\\.ts$)|${TEST}` },
      { path: '^firmware/engine/', pathNot: '^firmware/engine/port\\.ts$' },
      'rooms of the firmware see the engine through engine/port.ts; main.ts alone constructs it',
    ),
    forbid(
      'engine-knows-no-room',
      { path: '^firmware/engine/', pathNot: TEST },
      { path: '^firmware/', pathNot: '^firmware/(engine|node_modules)/' },
      'the engine room serves the others and imports none of them',
    ),
    forbid(
      'only-main-constructs',
      { path: '^firmware/([a-z]+)/', pathNot: TEST },
      {
        path: '^firmware/(branch|clock|console|continuity|devices|health|look-up|mail|network|notify|recording|self-check|speech|store|trunks|uplink)/',
        pathNot: ['^firmware/$1/', '^firmware/recording/policy\\.ts$'],
        dependencyTypesNot: ['type-only'],
      },
      'a room gets what it needs as a parameter: of the shell of another it may import types; main.ts constructs',
    ),
    forbid(
      'rooms-import-no-composition',
      { path: '^firmware/[a-z]+/', pathNot: TEST },
      { path: '^firmware/[a-z-]+\\.ts$', dependencyTypesNot: ['type-only'] },
      'main.ts and the files beside it tie the rooms together; no room imports them',
    ),

    forbid(
      'forwarding-is-decided-purely',
      { path: '^firmware/trunks/forwarding/standing\\.ts$' },
      { path: ['^runtime/', '^firmware/'], dependencyTypesNot: ['type-only'] },
      'what is dialled on a line next is told by functions: no clock, no engine, no journal',
    ),
    forbid(
      'planner-of-rollouts-is-pure',
      { path: ROLLOUT_CORE, pathNot: TEST },
      { path: ['^runtime/', '^controller/(?!rollouts/)'], dependencyTypesNot: ['type-only'] },
      'what a rollout does next is told by functions: no clock, no log, no store',
    ),
    forbid(
      'continuity-is-decided-by-functions',
      { path: CONTINUITY_CORE, pathNot: TEST },
      { path: ['^runtime/', '^controller/(?!continuity/)', '^firmware/(?!continuity/)'] },
      'who answers for a branch is told by functions: no clock, no log, no store',
    ),

    // Stores of both services
    forbid(
      'only-store-knows-sql',
      { path: '^(firmware|controller)/', pathNot: [TEST, '/store/', '^firmware/main\\.ts$', DISK_FAULTS] },
      { path: '^runtime/sqlite\\.ts$', dependencyTypesNot: ['type-only'] },
      'SQL is in store/',
    ),

    // Pages
    forbid(
      'box-and-hq-are-two-doors',
      { path: '^web-ui/box/' },
      { path: '^web-ui/hq/' },
      'what both need is in parts/',
    ),
    forbid(
      'hq-and-box-are-two-doors',
      { path: '^web-ui/hq/' },
      { path: '^web-ui/box/' },
      'what both need is in parts/',
    ),
    forbid(
      'parts-know-no-door',
      { path: '^web-ui/(parts|live|words)/' },
      { path: '^web-ui/(box|hq)/' },
      'parts, live and words serve both doors',
    ),
    forbid(
      'pages-run-in-a-browser',
      { path: '^web-ui/(box|hq|parts|live|words)/', pathNot: TEST },
      { dependencyTypes: ['core'] },
      'no node modules in a page',
    ),
    forbid(
      'preview-never-ships',
      { path: '^web-ui/(box|hq|parts|live|words)/' },
      { path: '^web-ui/(preview|build)/' },
      'preview and build are for development',
    ),

    // Packages with one place
    kept('mqtt', ['^firmware/uplink/', '^controller/broker/line']),
    kept('aedes', ['^controller/broker/']),
    kept('ws', ['^firmware/engine/ari/']),
    kept('yaml', ['^firmware/branch/']),
    kept('libphonenumber-js', ['^firmware/routing/numbering\\.ts$']),
    kept('better-sqlite3', ['^runtime/sqlite(-hold)?\\.ts$']),
    kept('pg', ['^controller/store/postgres-(database|ear)\\.ts$']),
    kept('net-snmp', [
      '^firmware/devices/gateways/snmp/',
      '^firmware/notify/trap\\.ts$',
      '^lab/gateways/',
      '^lab/receivers/',
    ]),
    kept('serialport', ['^firmware/devices/bytes/']),
    kept('pino', ['^runtime/log\\.ts$']),
    kept('@peculiar/x509|reflect-metadata', ['^runtime/web/']),
    kept('express|helmet|rate-limiter-flexible', ['^runtime/web/', '^firmware/console/', '^controller/api/']),
    forbid('pm2-is-a-program', {}, { path: 'node_modules/pm2/' }, 'pm2 is AGPL: started, never imported'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/|node_modules/.*/node_modules/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
    },
  },
};

/** The reference pages, made from the contracts and from nothing else. */
import { alarms } from '@branchline/contracts/alarms';
import { consoleRoutes } from '@branchline/contracts/http/console';
import { controllerRoutes } from '@branchline/contracts/http/controller';
import type { Route } from '@branchline/contracts/http/route';
import { eventBodies } from '@branchline/contracts/ledger';
import { topicOf, topics, type Leaf } from '@branchline/contracts/topics';
import { openApiOf } from '@branchline/controller/api/openapi';
import { VERSION } from '@branchline/firmware/version';
import { asyncApiOf } from './asyncapi.ts';
import { documentPage, documentSchema } from './branch-document.ts';
import { settingsPage } from './settings.ts';
import { fieldList, schemaOf, table } from './shape.ts';

const page = (title: string, madeFrom: string, ...parts: readonly string[]): string =>
  `# ${title}\n\n_Made from ${madeFrom} by \`node tools/reference/main.ts\`; do not edit._\n\n${parts.join('\n\n')}\n`;
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const code = (text: string): string => `\`${text}\``;

function topicsPage(): string {
  const entries = Object.entries(topics) as [Leaf, (typeof topics)[Leaf]][];
  return page(
    'MQTT topics',
    '`contracts/topics.ts`',
    'MQTT 3.1.1 over TLS. A topic is `' +
      topicOf('tenant', 'box', 'health').replace('tenant/box', '{tenant}/{box}').replace('health', '{leaf}') +
      '`. A box says what goes up and hears what goes down, beneath its own name and nowhere else. Payloads are JSON; fields that a reader does not know pass. For programs: [asyncapi.json](asyncapi.json).',
    table(
      ['leaf', 'goes', 'QoS', 'retained', 'says'],
      entries.map(([leaf, { direction, qos, retain, says }]) => [
        code(leaf),
        direction,
        String(qos),
        retain ? 'yes' : 'no',
        says,
      ]),
    ),
    ...entries.map(([leaf, { schema }]) => `## ${leaf}\n\n${fieldList(schemaOf(schema))}`),
  );
}

function ledgerPage(): string {
  return page(
    'Ledger events',
    '`contracts/ledger.ts`',
    'Every event has `seq` (numbered without gaps within one epoch), `at` (the time by the clock of the box), `type`, `body`, and `call` where it belongs to one. Order is by `seq`, never by time. A field with `?` may be missing. Durations are milliseconds.',
    table(
      ['type', 'body'],
      Object.entries(eventBodies).map(([type, body]) => [code(type), fieldList(schemaOf(body))]),
    ),
  );
}

function alarmsPage(): string {
  return page(
    'Alarms',
    '`contracts/alarms.ts`',
    'One fault, one alarm: raised when it begins, cleared when it ends, both in the ledger.',
    table(
      ['code', 'severity', 'means', 'what to do', '含义', '处理'],
      Object.entries(alarms).map(([name, { severity, title, advice }]) => [
        code(name),
        severity,
        title.en,
        advice.en,
        title.zh,
        advice.zh,
      ]),
    ),
  );
}

function httpPage(
  title: string,
  from: string,
  openApi: string,
  routes: Readonly<Record<string, Route>>,
): string {
  return page(
    title,
    code(from),
    `For programs: [${openApi}](${openApi}). A refusal is JSON with \`code\`, \`message\`, and where it applies \`field\`, \`value\` and \`remedy\`. What is not listed answers 404.`,
    table(
      ['request', 'who', 'does', 'takes', 'answers'],
      Object.values(routes).map((route) => [
        code(`${route.method.toUpperCase()} ${route.path}`),
        route.access === 'public' ? 'anybody' : 'signed in',
        route.says,
        [
          ...(route.takes ? [route.takes] : []),
          ...[route.query, route.body].flatMap((schema) =>
            schema ? [fieldList(schemaOf(schema, 'input'))] : [],
          ),
        ].join('; '),
        route.response ? fieldList(schemaOf(route.response)) : (route.answersWith ?? ''),
      ]),
    ),
  );
}

/** Every page by its name in docs/reference/. */
export function referencePages(): Readonly<Record<string, string>> {
  const box = { title: 'Branchline box', version: VERSION, cookie: 'branchline-box' };
  const headquarters = { title: 'Branchline headquarters', version: VERSION, cookie: 'branchline-hq-main' };
  return {
    'alarms.md': alarmsPage(),
    'asyncapi.json': json(asyncApiOf(VERSION)),
    'branch-document.md': documentPage(page),
    'branch-document.schema.json': json(documentSchema()),
    'http-box.md': httpPage(
      'HTTP API of the box',
      'contracts/http/console.ts',
      'openapi-box.json',
      consoleRoutes,
    ),
    'http-hq.md': httpPage(
      'HTTP API of headquarters',
      'contracts/http/controller.ts',
      'openapi-hq.json',
      controllerRoutes,
    ),
    'ledger-events.md': ledgerPage(),
    'openapi-box.json': json(openApiOf(consoleRoutes, box)),
    'openapi-hq.json': json(openApiOf(controllerRoutes, headquarters)),
    'settings.md': settingsPage(page),
    'topics.md': topicsPage(),
  };
}

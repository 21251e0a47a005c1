/**
 * The peer of the embedded broker: aedes and nothing else, behind the same TLS. Told 'fan COUNT BYTES' on its standard input it publishes as many
 * messages, each to one box. `node tests/bench/fleet/bare-aedes.ts PORT IDENTITY_DIR`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { Aedes } from 'aedes';
import { onFan, topicOfBox } from './fan.ts';

const [port = '', identity = ''] = process.argv.slice(2);
const read = (name: string): string => readFileSync(join(identity, name), 'utf8');
const aedes = await Aedes.createBroker({ concurrency: 0 });
const server = createServer(
  {
    cert: read('broker.crt'),
    key: read('broker.key'),
    ca: read('ca.crt'),
    requestCert: true,
    rejectUnauthorized: true,
    noDelay: true,
  },
  (socket) => void aedes.handle(socket),
);
server.listen(Number(port), '127.0.0.1');
onFan((index, payload) => {
  const topic = topicOfBox(index);
  aedes.publish({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false }, () => undefined);
});

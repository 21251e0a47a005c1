/**
 * The lab's faults by HTTP, on loopback: GET / tells of every gateway, PUT and DELETE /gateways/NAME/FAULT switch a fault on and off.
 * A page in a browser cannot: both methods ask leave first, and it is not given.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { LAB_FAULTS, type LabFault } from '@branchline/contracts/lab';
import type { Endpoint } from '../udp.ts';
import type { LabGateway } from './gateway.ts';

export class FaultSwitch {
  readonly #server: Server;

  constructor(
    gateways: readonly LabGateway[],
    onSwitched: (gateway: string, fault: LabFault, on: boolean) => void,
  ) {
    this.#server = createServer((request, response) => {
      const [, room, name, fault] = (request.url ?? '').split('/');
      if (request.method === 'GET') return answer(response, 200, stateOf(gateways));
      if (room !== 'gateways' || (request.method !== 'PUT' && request.method !== 'DELETE'))
        return answer(response, 404, { error: 'PUT or DELETE /gateways/NAME/FAULT, or GET /' });
      const gateway = gateways.find((one) => one.name === name);
      if (!gateway)
        return answer(response, 404, {
          error: `no gateway '${name ?? ''}'`,
          known: gateways.map((one) => one.name),
        });
      const known = LAB_FAULTS.find((one) => one === fault);
      if (!known) return answer(response, 404, { error: `no fault '${fault ?? ''}'`, known: LAB_FAULTS });
      const on = request.method === 'PUT';
      gateway.fault(known, on);
      onSwitched(gateway.name, known, on);
      answer(response, 200, stateOf(gateways));
    });
  }

  async listen({ host, port }: Endpoint): Promise<number> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

const stateOf = (gateways: readonly LabGateway[]): object => ({
  gateways: gateways.map(({ name, faults, relay, channels }) => ({
    name,
    faults,
    calls: relay?.callsInProgress ?? 0,
    channels,
  })),
  faults: LAB_FAULTS,
});

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}

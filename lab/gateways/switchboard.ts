/**
 * The lab's faults by HTTP, on loopback: GET / tells of everything that can fail, PUT and DELETE /gateways/NAME/FAULT and
 * /ups/NAME/FAULT switch a fault on and off, and so do /contacts/NAME/open, /contacts/NAME/pressed, /gpio/bank/FAULT, /phones/NAME/away and
 * /uplinks/headquarters/cut, /time/server/FAULT.
 * DELETE / ends all that were switched on.
 * A page in a browser cannot: both methods ask leave first, and it is not given.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import {
  LAB_CONTACT_FAULTS,
  LAB_FAULTS,
  LAB_GPIO_FAULTS,
  LAB_PHONE_FAULTS,
  LAB_TIME_FAULTS,
  LAB_UPLINK_FAULTS,
  LAB_UPS_FAULTS,
} from '@branchline/contracts/lab';
import type { LabGpio } from '../gpio/gpio.ts';
import type { CutOffPhone } from '../phones/desk-switch.ts';
import type { LabUps } from '../power/ups.ts';
import type { LabTime } from '../time/server.ts';
import type { Endpoint } from '../udp.ts';
import type { LabUplink } from '../uplinks/uplink.ts';
import type { LabGateway } from './gateway.ts';

/** One thing that can fail, by the word that stands for its kind in the address. */
interface Failing {
  readonly name: string;
  readonly known: readonly string[];
  set(fault: string, on: boolean): void;
}

export class FaultSwitch {
  readonly #server: Server;
  /** What was switched on: how to end it, by its address. */
  readonly #on = new Map<string, () => void>();

  constructor(
    lab: {
      readonly gateways: readonly LabGateway[];
      readonly ups?: readonly LabUps[];
      readonly gpio?: readonly LabGpio[];
      readonly phones?: readonly CutOffPhone[];
      readonly uplinks?: readonly LabUplink[];
      readonly time?: readonly LabTime[];
    },
    onSwitched: (name: string, fault: string, on: boolean) => void,
  ) {
    const { gateways, ups = [], gpio = [], phones = [], uplinks = [], time = [] } = lab;
    const rooms: Readonly<Record<string, readonly Failing[]>> = {
      gateways: gateways.map((one) => failing(one, LAB_FAULTS)),
      ups: ups.map((one) => failing(one, LAB_UPS_FAULTS)),
      gpio: gpio.map((one) => failing(one, LAB_GPIO_FAULTS)),
      phones: phones.map((one) => failing(one, LAB_PHONE_FAULTS)),
      uplinks: uplinks.map((one) => failing(one, LAB_UPLINK_FAULTS)),
      time: time.map((one) => failing(one, LAB_TIME_FAULTS)),
      contacts: gpio.flatMap(({ switches }) => switches.map((one) => failing(one, LAB_CONTACT_FAULTS))),
    };
    this.#server = createServer((request, response) => {
      const [, room = '', name, fault = ''] = (request.url ?? '').split('/');
      const state = (): object => ({
        ...stateOf(gateways, ups),
        ...gpioState(gpio),
        phones: phones.map(({ name, faults }) => ({ name, faults })),
        uplinks: uplinks.map(({ name, faults }) => ({ name, faults })),
        time: time.map(({ name, faults }) => ({ name, faults })),
      });
      if (request.method === 'GET') return answer(response, 200, state());
      if (request.method === 'DELETE' && room === '') {
        for (const end of this.#on.values()) end();
        this.#on.clear();
        return answer(response, 200, state());
      }
      const here = Object.hasOwn(rooms, room) ? rooms[room] : undefined;
      if (!here || (request.method !== 'PUT' && request.method !== 'DELETE'))
        return answer(response, 404, {
          error:
            'PUT or DELETE /gateways/NAME/FAULT, /ups/NAME/FAULT, /contacts/NAME/open or pressed, /gpio/bank/FAULT, /phones/NAME/away, /uplinks/headquarters/cut, /time/server/FAULT, DELETE / or GET /',
        });
      const one = here.find((each) => each.name === name);
      if (!one) {
        return answer(response, 404, {
          error: `no ${KIND[room] ?? room} '${name ?? ''}'`,
          known: here.map((each) => each.name),
        });
      }
      if (!one.known.includes(fault))
        return answer(response, 404, { error: `no fault '${fault}'`, known: one.known });
      const on = request.method === 'PUT';
      const turn = (to: boolean): void => {
        one.set(fault, to);
        onSwitched(one.name, fault, to);
      };
      turn(on);
      if (on) this.#on.set(`${room}/${one.name}/${fault}`, () => turn(false));
      else this.#on.delete(`${room}/${one.name}/${fault}`);
      answer(response, 200, state());
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

const failing = <F extends string>(
  one: { readonly name: string; fault(fault: F, on: boolean): void },
  known: readonly F[],
): Failing => ({ name: one.name, known, set: (fault, on) => one.fault(fault as F, on) });

const KIND: Readonly<Record<string, string>> = {
  gateways: 'gateway',
  ups: 'UPS',
  gpio: 'GPIO bank',
  contacts: 'contact',
  phones: 'telephone',
  uplinks: 'uplink',
  time: 'time server',
};

const gpioState = (gpio: readonly LabGpio[]): object => ({
  contacts: gpio.flatMap((one) => one.state()),
  gpio: gpio.map(({ name, faults }) => ({ name, faults })),
});

const stateOf = (gateways: readonly LabGateway[], ups: readonly LabUps[]): object => ({
  gateways: gateways.map(({ name, faults, relay, channels }) => ({
    name,
    faults,
    calls: relay?.callsInProgress ?? 0,
    channels,
  })),
  faults: LAB_FAULTS,
  ups: ups.map(({ name, faults, machine }) => ({
    name,
    faults,
    chargePercent: Math.round(machine.charge * 100),
    off: machine.off,
  })),
  upsFaults: LAB_UPS_FAULTS,
});

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}

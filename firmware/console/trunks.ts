/** Trunks on the box's page: what each is worth, and what may be ordered. */
import type { trunkRoutes } from '@branchline/contracts/http/trunks';
import type { LiveTrunk } from '@branchline/contracts/trunks';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import type { Asked, Handlers } from '@branchline/runtime/web/routes';
import type { ForwardingRefusal } from '../trunks/forwarding/book.ts';
import type { TrunkRefusal } from '../trunks/trunk-book.ts';
import type { TrunkNeeds } from './needs.ts';
import { addressOf, consoleAt, type OperatorAction, type OperatorBook } from './operators.ts';

export function trunkHandlers(trunks: TrunkNeeds, operators: OperatorBook): Handlers<typeof trunkRoutes> {
  const carryOut = (
    { param, request }: Pick<Asked, 'param' | 'request'>,
    action: OperatorAction,
    order: (trunk: string, by: string) => TrunkRefusal | ForwardingRefusal | undefined,
  ): { trunk: LiveTrunk } => {
    const name = param('trunk');
    const address = addressOf(request);
    const refusal = order(name, consoleAt(address));
    if (refusal) throw problemOf(refusal, name);
    operators.note(address, action, name);
    const trunk = trunks.view(name);
    if (!trunk) throw problemOf('no-such-trunk', name);
    return { trunk };
  };
  return {
    trunks: () => ({ trunks: trunks.all() }),
    drainTrunk: (asked) => carryOut(asked, 'trunk-drained', (trunk, by) => trunks.drain(trunk, by)),
    busyTrunkOut: (asked) => carryOut(asked, 'trunk-busied-out', (trunk, by) => trunks.busyOut(trunk, by)),
    putTrunkBack: (asked) => carryOut(asked, 'trunk-put-back', (trunk) => trunks.putBack(trunk)),
    lookAtTrunk: async ({ param, request }) => {
      const name = param('trunk');
      if (!trunks.view(name)) throw problemOf('no-such-trunk', name);
      const looked = trunks.look(name);
      if (!looked) throw nothingToAsk(name);
      operators.note(addressOf(request), 'trunk-looked-at', name);
      await looked;
      const trunk = trunks.view(name);
      if (!trunk) throw problemOf('no-such-trunk', name);
      return { trunk };
    },
    forwardTrunk: (asked) => carryOut(asked, 'trunk-forwarding-set', (trunk) => trunks.forward(trunk)),
    testTrunk: (asked) => carryOut(asked, 'trunk-tested', (trunk) => trunks.test(trunk)),
  };
}

const FIELD = 'path.trunk';

const nothingToAsk = (value: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'nothing-to-ask',
    message: 'The gateway of this trunk is not watched, and the trunk does not register.',
    field: FIELD,
    value,
    remedy:
      'Have it watched: gateways.NAME.watch in the document. OPTIONS is asked every two seconds by itself.',
  });

function problemOf(refusal: TrunkRefusal | ForwardingRefusal, value: string): HttpProblem {
  switch (refusal) {
    case 'no-such-trunk':
      return notFound('trunk of that name', "Choose one of the document's trunks.");
    case 'no-number':
      return new HttpProblem(409, {
        code: 'no-test-number',
        message: 'The document names no number that this trunk could be tested with.',
        field: FIELD,
        value,
        remedy: "Give it one: trunks.NAME.test-call: { to: '0571 8777 0003' }.",
      });
    case 'running':
      return new HttpProblem(409, {
        code: 'test-running',
        message: 'A test call is being made on this trunk.',
        field: FIELD,
        value,
        remedy: 'Wait for its verdict; it takes half a minute at most.',
      });
    case 'no-forwarding':
      return new HttpProblem(409, {
        code: 'no-forwarding',
        message: 'The document asks nothing of the exchange of this trunk.',
        field: FIELD,
        value,
        remedy:
          "Write it: trunks.NAME.forwarding: { to: NUMBER, set: ['*41*{number}#'], cancel: ['#41#'] }, with the codes of your carrier.",
      });
    case 'forwarding-running':
      return new HttpProblem(409, {
        code: 'forwarding-running',
        message: 'Codes are being dialled on this trunk.',
        field: FIELD,
        value,
        remedy: 'Wait for what the exchange says; it takes half a minute at most.',
      });
    case 'no-room':
      return new HttpProblem(409, {
        code: 'no-room-on-trunk',
        message: 'Every channel of this trunk is taken, or it is down: a caller would be turned away.',
        field: FIELD,
        value,
        remedy: 'Try again when a call has ended.',
      });
  }
}

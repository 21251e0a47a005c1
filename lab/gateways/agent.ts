/** The SNMP agent of an E1 gateway: DS1-MIB (RFC 4805), IF-MIB (RFC 2863), D-channel (RFC 2127), and the traps of a change. */
import snmp, { type Agent, type Session } from 'net-snmp';
import { Gate } from './gate.ts';
import { DSX1, type Story } from './story.ts';

export interface AgentPlan {
  readonly host: string;
  readonly port: number;
  readonly community: string;
  /** For version 3, beside the community. */
  readonly user?: { readonly name: string; readonly authKey: string; readonly privKey: string };
  readonly channels: number;
  /** Where traps go; none are sent without it. */
  readonly traps?: { readonly host: string; readonly port: number };
}

const LINE = 1;
const D_CHANNEL = 2;
const FIRST_CHANNEL = 101;
/** IANA interface types. */
const TYPES = { ds1: 18, lapd: 77, ds0: 81 } as const;
const UP = 1;
const DOWN = 2;
const LINE_STATUS = `1.3.6.1.2.1.10.18.6.1.10.${LINE}`;
const LINE_STATUS_CHANGE = '1.3.6.1.2.1.10.18.15.0.1';
const LINK_DOWN = '1.3.6.1.6.3.1.1.5.3';
const LINK_UP = '1.3.6.1.6.3.1.1.5.4';
const IF_OPER_STATUS = '1.3.6.1.2.1.2.2.1.8';
/** Its name for version 3: five octets of a format of our own (RFC 3411, SnmpEngineID) and what is left. */
const ENGINE_ID = '8000b983804c61624761746577617901';

export class LineAgent {
  readonly #plan: AgentPlan;
  readonly #gate = new Gate();
  readonly #agent: Agent;
  #story: Story | undefined;
  #lie: number | undefined;

  constructor(plan: AgentPlan) {
    this.#plan = plan;
    const { host: address, port, community, user } = plan;
    const { dgramModule } = this.#gate;
    this.#agent = snmp.createAgent({ address, port, dgramModule, engineID: ENGINE_ID }, () => undefined);
    const authorizer = this.#agent.getAuthorizer();
    authorizer.addCommunity(community);
    if (user) authorizer.addUser(v3User(user));
    this.#tables();
  }

  /** What is different now is in the tables at once, and told by traps. A gateway without power says nothing. */
  tell(story: Story): void {
    const before = this.#story;
    this.#story = story;
    this.#gate.open = story.power;
    this.#write();
    if (!story.power || !before) return;
    if (before.line !== story.line || !before.power) this.#trapLine();
    if (before.dChannel !== story.dChannel) this.#trapLink(D_CHANNEL, story.dChannel);
    if (before.blockedChannels !== story.blockedChannels)
      this.#trapLink(FIRST_CHANNEL + this.#plan.channels - 1, story.blockedChannels === 0);
  }

  /** The line's status from now on, whatever the line is like; undefined for the truth. */
  lie(status: number | undefined): void {
    this.#lie = status;
    this.#write();
  }

  /** How long a question waits for its answer, ms. */
  slow(ms: number): void {
    this.#gate.delayMs = ms;
  }

  close(): void {
    this.#gate.close();
    this.#agent.close();
  }

  #tables(): void {
    const { Integer, OctetString } = snmp.ObjectType;
    const readOnly = snmp.MaxAccess['read-only'];
    const column = (number: number, name: string, type = Integer) => ({
      number,
      name,
      type,
      maxAccess: readOnly,
    });
    const mib = this.#agent.getMib();
    const table = (
      name: string,
      oid: string,
      tableColumns: readonly object[],
      tableIndex: readonly object[],
    ): void =>
      mib.registerProvider({
        name,
        type: snmp.MibProviderType.Table,
        oid,
        maxAccess: 0,
        tableColumns,
        tableIndex,
      });
    const ifColumns = [
      column(1, 'ifIndex'),
      column(2, 'ifDescr', OctetString),
      column(3, 'ifType'),
      column(8, 'ifOperStatus'),
    ];
    table('ifTable', '1.3.6.1.2.1.2.2.1', ifColumns, [{ columnName: 'ifIndex' }]);
    const lineColumns = [column(1, 'dsx1LineIndex'), column(10, 'dsx1LineStatus')];
    table('dsx1ConfigTable', '1.3.6.1.2.1.10.18.6.1', lineColumns, [{ columnName: 'dsx1LineIndex' }]);
    const byInterface = [{ tableName: 'ifTable', columnName: 'ifIndex' }];
    table('isdnLapdTable', '1.3.6.1.2.1.10.20.1.3.4.1', [column(2, 'isdnLapdOperStatus')], byInterface);
    mib.addTableRow('ifTable', [LINE, 'E1 1', TYPES.ds1, UP]);
    mib.addTableRow('ifTable', [D_CHANNEL, 'D-channel of E1 1', TYPES.lapd, UP]);
    for (let at = 0; at < this.#plan.channels; at++)
      mib.addTableRow('ifTable', [FIRST_CHANNEL + at, `channel ${at + 1} of E1 1`, TYPES.ds0, UP]);
    mib.addTableRow('dsx1ConfigTable', [LINE, DSX1.good]);
    mib.addTableRow('isdnLapdTable', [D_CHANNEL, 3]);
  }

  #write(): void {
    const story = this.#story;
    if (!story) return;
    const mib = this.#agent.getMib();
    const { channels } = this.#plan;
    mib.setTableSingleCell('dsx1ConfigTable', 10, [LINE], this.#lie ?? DSX1[story.line]);
    mib.setTableSingleCell('ifTable', 8, [LINE], story.line === 'good' ? UP : DOWN);
    mib.setTableSingleCell('ifTable', 8, [D_CHANNEL], story.dChannel ? UP : DOWN);
    mib.setTableSingleCell('isdnLapdTable', 2, [D_CHANNEL], story.dChannel ? 3 : 1);
    for (let at = 0; at < channels; at++)
      mib.setTableSingleCell(
        'ifTable',
        8,
        [FIRST_CHANNEL + at],
        at >= channels - story.blockedChannels ? DOWN : UP,
      );
  }

  #trapLine(): void {
    const value = this.#lie ?? DSX1[this.#story?.line ?? 'good'];
    this.#trap(LINE_STATUS_CHANGE, [{ oid: LINE_STATUS, type: must(snmp.ObjectType['Integer']), value }]);
  }

  #trapLink(index: number, up: boolean): void {
    const type = must(snmp.ObjectType['Integer']);
    this.#trap(up ? LINK_UP : LINK_DOWN, [
      { oid: `1.3.6.1.2.1.2.2.1.1.${index}`, type, value: index },
      { oid: `${IF_OPER_STATUS}.${index}`, type, value: up ? UP : DOWN },
    ]);
  }

  #trap(oid: string, varbinds: Parameters<Session['trap']>[1]): void {
    const { traps, host: sourceAddress, community, user } = this.#plan;
    if (!traps) return;
    const options = { trapPort: traps.port, sourceAddress };
    const session = user
      ? snmp.createV3Session(traps.host, v3User(user), {
          ...options,
          version: snmp.Version3,
          engineID: ENGINE_ID,
        })
      : snmp.createSession(traps.host, community, { ...options, version: snmp.Version2c });
    session.on('error', () => undefined);
    session.trap(oid, varbinds, () => session.close());
  }
}

const v3User = ({ name, authKey, privKey }: NonNullable<AgentPlan['user']>) => ({
  name,
  level: must(snmp.SecurityLevel['authPriv']),
  authProtocol: must(snmp.AuthProtocols['sha256']),
  authKey,
  privProtocol: must(snmp.PrivProtocols['aes']),
  privKey,
});

function must(value: number | undefined): number {
  if (value === undefined) throw new Error('net-snmp does not know what is asked of it');
  return value;
}

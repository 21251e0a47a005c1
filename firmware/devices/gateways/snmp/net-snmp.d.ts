/** As much of net-snmp as is used; the package has no types of its own. Its agent is used by the lab alone. */
declare module 'net-snmp' {
  export interface Varbind {
    readonly oid: string;
    readonly type: number;
    readonly value: unknown;
  }
  export interface V3User {
    readonly name: string;
    readonly level: number;
    readonly authProtocol?: number;
    readonly authKey?: string;
    readonly privProtocol?: number;
    readonly privKey?: string;
  }
  export interface SessionOptions {
    readonly version?: number;
    readonly port?: number;
    readonly trapPort?: number;
    readonly retries?: number;
    readonly timeout?: number;
    readonly sourceAddress?: string;
    readonly engineID?: string;
    readonly dgramModule?: unknown;
  }
  export interface Session {
    /** What the agent of a version 3 session calls itself, once it has answered. */
    readonly msgSecurityParameters?: { readonly msgAuthoritativeEngineID?: Buffer };
    getBulk(
      oids: readonly string[],
      nonRepeaters: number,
      maxRepetitions: number,
      done: (error: Error | null, varbinds?: readonly (readonly Varbind[])[]) => void,
    ): void;
    trap(oid: string, varbinds: readonly Varbind[], done: (error: Error | null) => void): void;
    inform(oid: string, varbinds: readonly Varbind[], done: (error: Error | null) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    close(): void;
  }
  export interface Notification {
    readonly pdu: {
      readonly varbinds?: readonly Varbind[];
      readonly contextEngineID?: string;
      readonly community?: string;
    };
  }
  export interface Authorizer {
    addCommunity(community: string): void;
    addUser(user: V3User): void;
  }
  export interface Receiver {
    getAuthorizer(): Authorizer;
    close(): void;
  }
  export interface Mib {
    registerProvider(provider: object): void;
    addTableRow(table: string, row: readonly unknown[]): void;
    setTableSingleCell(table: string, column: number, index: readonly unknown[], value: unknown): void;
  }
  export interface Agent {
    getAuthorizer(): Authorizer;
    getMib(): Mib;
    close(done?: () => void): void;
  }
  export interface NetSnmp {
    readonly Version2c: number;
    readonly Version3: number;
    readonly ObjectType: Readonly<Record<string, number>>;
    readonly SecurityLevel: Readonly<Record<string, number>>;
    readonly AuthProtocols: Readonly<Record<string, number>>;
    readonly PrivProtocols: Readonly<Record<string, number>>;
    readonly MaxAccess: Readonly<Record<string, number>>;
    readonly MibProviderType: Readonly<Record<string, number>>;
    createSession(host: string, community: string, options: SessionOptions): Session;
    createV3Session(host: string, user: V3User, options: SessionOptions): Session;
    createReceiver(
      options: Readonly<Record<string, unknown>>,
      callback: (error: Error | null, notification?: Notification) => void,
    ): Receiver;
    createAgent(options: Readonly<Record<string, unknown>>, callback: (error: Error | null) => void): Agent;
  }
  const snmp: NetSnmp;
  export default snmp;
}

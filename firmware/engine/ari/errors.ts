/** What can come of a request to the engine. Decide by class and status, never by text. */

/** The engine answered, and said no. */
export class EngineRefused extends Error {
  readonly operation: string;
  /** HTTP status: 404 the channel is gone, 409 it is in no fit state, 412 it is not in our application. */
  readonly status: number;

  constructor(operation: string, status: number, reason: string) {
    super(`The engine refused '${operation}': ${status} ${reason}`);
    this.name = 'EngineRefused';
    this.operation = operation;
    this.status = status;
  }
}

/** No answer came: whether the engine did it is not known. */
export class EngineSilent extends Error {
  readonly operation: string;

  constructor(operation: string, why: string) {
    super(`The engine did not answer '${operation}': ${why}`);
    this.name = 'EngineSilent';
    this.operation = operation;
  }
}

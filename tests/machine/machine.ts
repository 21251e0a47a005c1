/** A machine to try units on, with hands inside it. */

/** Far more than anything takes in there. */
export const HUNG_MS = 600_000;

export interface Answer {
  readonly code: number;
  readonly output: string;
}

export abstract class Machine {
  /** Runs it inside as root, with bash. @throws when the machine does not answer in time */
  abstract ask(script: string, withinMs?: number): Promise<Answer>;

  /** Ends it as a power cut does, and takes away what it was made of. */
  abstract stop(): Promise<void>;

  /** What it says. @throws when it fails, with what it says */
  async run(script: string, withinMs = HUNG_MS): Promise<string> {
    const { code, output } = await this.ask(script, withinMs);
    if (code !== 0) throw new Error(`${script}\nended with ${code}: ${output}`);
    return output;
  }

  /** Until it succeeds in the machine, tried five times a second there. @throws with its last words when it does not */
  async until(script: string, withinS = 120): Promise<string> {
    const attempt = `out=$( { ${script}; } 2>&1 )`;
    const loop = `until ${attempt}; do [ $SECONDS -lt ${withinS} ] || { echo "$out"; exit 1; }; sleep 0.2; done`;
    return this.run(`${loop}; echo "$out"`, (withinS + 60) * 1000);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

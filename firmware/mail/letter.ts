/** A mail, with one sound attached or none. */
export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly attachment?: { readonly name: string; readonly type: string; readonly bytes: Uint8Array };
  /** Of the whole world's mails this one; the part before the sign. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

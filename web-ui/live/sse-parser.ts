/** Server-sent events out of a stream of text, as the HTML standard reads them (§9.2.6), comments included as signs of life. */

export interface ServerEvent {
  /** 'message' where the stream named none. */
  readonly type: string;
  readonly data: string;
}

/** Takes text in any pieces and hands out whole events. */
export function sseParser(onEvent: (event: ServerEvent) => void): (text: string) => void {
  let rest = '';
  let type = '';
  let data: string[] = [];

  const line = (text: string): void => {
    if (text === '') {
      if (data.length > 0) onEvent({ type: type || 'message', data: data.join('\n') });
      type = '';
      data = [];
      return;
    }
    const colon = text.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') type = value;
    else if (field === 'data') data.push(value);
  };

  return (text) => {
    rest += text;
    // A carriage return at the very end may be the first half of CRLF: it waits for the next piece.
    const whole = /^([\s\S]*(?:\r\n|\n|\r(?!$)))([\s\S]*)$/.exec(rest);
    if (!whole) return;
    rest = whole[2] ?? '';
    const lines = (whole[1] ?? '').split(/\r\n|\n|\r/);
    lines.pop();
    for (const one of lines) line(one);
  };
}

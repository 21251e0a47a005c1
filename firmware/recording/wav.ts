/** The header of a WAV file (RIFF, PCM): 44 bytes. Source: Microsoft, Multimedia Programming Interface and Data Specifications 1.0, August 1991. */

export interface PcmFormat {
  readonly channels: number;
  /** Samples a second. */
  readonly rate: number;
  readonly bits: 8 | 16;
}

/** What the engine writes: 8 kHz, 16 bit, left the anchor, right the branch. */
export const RECORDED: PcmFormat = { channels: 2, rate: 8_000, bits: 16 };

export const bytesPerSecond = ({ channels, rate, bits }: PcmFormat): number => (channels * rate * bits) / 8;

export function wavHeader(format: PcmFormat, dataBytes: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(format.channels, 22);
  header.writeUInt32LE(format.rate, 24);
  header.writeUInt32LE(bytesPerSecond(format), 28);
  header.writeUInt16LE((format.channels * format.bits) / 8, 32);
  header.writeUInt16LE(format.bits, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}

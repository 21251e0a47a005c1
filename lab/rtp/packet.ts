/** RTP packets (RFC 3550 section 5.1). */

export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

const HEADER_BYTES = 12;

/** undefined when the datagram is no RTP: another version, cut short, or RTCP on the same port (RFC 5761 section 4). */
export function parseRtp(data: Buffer): RtpPacket | undefined {
  if (data.length < HEADER_BYTES || (data.readUInt8(0) & 0xc0) !== 0x80) return undefined;
  const first = data.readUInt8(0);
  const second = data.readUInt8(1);
  if (second >= 192 && second <= 223) return undefined;
  let start = HEADER_BYTES + (first & 0x0f) * 4;
  if ((first & 0x10) !== 0) {
    if (data.length < start + 4) return undefined;
    start += 4 + data.readUInt16BE(start + 2) * 4;
  }
  const padding = (first & 0x20) !== 0 ? data.readUInt8(data.length - 1) : 0;
  if (start + padding > data.length) return undefined;
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: data.readUInt16BE(2),
    timestamp: data.readUInt32BE(4),
    ssrc: data.readUInt32BE(8),
    payload: data.subarray(start, data.length - padding),
  };
}

export function formatRtp(packet: RtpPacket): Buffer {
  const data = Buffer.allocUnsafe(HEADER_BYTES + packet.payload.length);
  data.writeUInt8(0x80, 0);
  data.writeUInt8((packet.marker ? 0x80 : 0) | packet.payloadType, 1);
  data.writeUInt16BE(packet.sequence, 2);
  data.writeUInt32BE(packet.timestamp, 4);
  data.writeUInt32BE(packet.ssrc, 8);
  data.set(packet.payload, HEADER_BYTES);
  return data;
}

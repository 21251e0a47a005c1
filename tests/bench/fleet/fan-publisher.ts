/** Publishes to each box through a broker beside it, as a controller of its own would. `node tests/bench/fleet/fan-publisher.ts PORT`. */
import { connect } from 'node:net';
import { connectPacket, publishPacket, Reader, text } from '../ingest/wire.ts';
import { onFan, topicOfBox } from './fan.ts';

const MOST_IDS = 65_535;
const socket = connect({ host: '127.0.0.1', port: Number(process.argv[2]) });
const reader = new Reader();
// What the broker confirms is read and let go: that the boxes have it is what counts.
socket.on('data', (bytes: Buffer) => void [...reader.take(bytes)]);
socket.write(connectPacket('controller', undefined, 0));
let id = 0;
onFan((index, payload) => {
  id = (id % MOST_IDS) + 1;
  socket.write(publishPacket(text(topicOfBox(index)), id, payload));
});

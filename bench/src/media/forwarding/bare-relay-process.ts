/** The other end of `BareRelay`: sends each datagram on to the port its first two bytes name, and does nothing else. */
import { createSocket } from 'node:dgram';

const socket = createSocket('udp4');
socket.on('message', (datagram) => socket.send(datagram, datagram.readUInt16BE(0), '127.0.0.1'));
socket.bind(0, '127.0.0.1', () => process.send!({ port: socket.address().port }));
process.on('disconnect', () => process.exit());

import { expect, test } from 'vitest';
import { DevArgumentError, readDevArguments } from './dev-arguments.ts';

test('reads ports, host and every address', () => {
  expect(readDevArguments([])).toEqual({ port: 7880, tcpPort: 7881 });
  expect(
    readDevArguments([
      ...['--host', '10.0.0.1', '--port', '9000', '--udp-port', '9002'],
      ...['--address', '10.0.0.1', '--address=2001:db8::1'],
    ]),
  ).toEqual({
    host: '10.0.0.1',
    port: 9000,
    tcpPort: 9001,
    udpPort: 9002,
    announcedAddresses: ['10.0.0.1', '2001:db8::1'],
  });
  expect(readDevArguments(['--port', '0'])).toEqual({ port: 0, tcpPort: 0 });
  expect(readDevArguments(['--port', '0', '--mock'])).toEqual({ port: 0, tcpPort: 0, mock: true });
  expect(readDevArguments(['--port', '0', '--metrics-port', '0'])).toEqual({ port: 0, tcpPort: 0, metricsPort: 0 });
  expect(readDevArguments(['--tcp-port', '7', '-h'])).toBeNull();
});

test('reads what the TURN server inside needs', () => {
  const files = ['--turn-cert-file', 'cert.pem', '--turn-key-file', 'key.pem'];
  expect(readDevArguments(['--address', '10.0.0.1', '--turn-udp-port', '3478'])?.turn).toEqual({
    host: '10.0.0.1',
    udpPort: 3478,
  });
  expect(readDevArguments(['--turn-host', 'turn.test', '--turn-tls-port', '443', ...files])?.turn).toEqual({
    host: 'turn.test',
    tlsPort: 443,
    certificateFile: 'cert.pem',
    keyFile: 'key.pem',
  });
});

test.each([
  [['--turn-udp-port', '3478'], '--turn-host: is needed where there is no --address.'],
  [['--turn-host', 'a', '--turn-tls-port', '443'], '--turn-tls-port: needs --turn-cert-file and --turn-key-file.'],
  [['--port', 'many'], '--port: “many” is not a port from 0 to 65535.'],
  [['--udp-port', '65536'], '--udp-port: “65536” is not a port from 0 to 65535.'],
  [['--address', 'host.example'], '--address: “host.example” is not an IP address.'],
  [['--prot', '1'], "Unknown option '--prot'"],
])('refuses %j', (args, message) => {
  expect(() => readDevArguments(args)).toThrow(DevArgumentError);
  expect(() => readDevArguments(args)).toThrow(message);
});

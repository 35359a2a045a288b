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
  expect(readDevArguments(['--tcp-port', '7', '-h'])).toBeNull();
});

test.each([
  [['--port', 'many'], '--port: “many” is not a port from 0 to 65535.'],
  [['--udp-port', '65536'], '--udp-port: “65536” is not a port from 0 to 65535.'],
  [['--address', 'host.example'], '--address: “host.example” is not an IP address.'],
  [['--prot', '1'], "Unknown option '--prot'"],
])('refuses %j', (args, message) => {
  expect(() => readDevArguments(args)).toThrow(DevArgumentError);
  expect(() => readDevArguments(args)).toThrow(message);
});

import { expect, test } from 'vitest';
import { CheckHost, maskHost } from './checks.ts';

test.each([
  ['media.example.com', 'media.example.com'],
  ['media.example.com:8443', 'media.example.com:8443'],
  ['203.0.113.7', '203.0.*.*'],
  ['203.0.113.7:7880', '203.0.*.*:7880'],
  ['203.0.*.*:7880', '203.0.*.*:7880'],
  ['127.0.0.1:7880', '127.0.0.1:7880'],
  ['[2001:db8:1:2::7]:443', '[2001:db8:*]:443'],
  ['[2001:db8:*]:443', '[2001:db8:*]:443'],
  ['[::1]:7880', '[::1]:7880'],
])('%s is masked as %s, and only so accepted', (host, masked) => {
  expect(maskHost(host)).toBe(masked);
  expect(CheckHost.safeParse(masked).success).toBe(true);
  expect(CheckHost.safeParse(host).success).toBe(host === masked);
});

test.each(['<script>', 'a b', 'user@host', 'a/b', 'a'.repeat(256)])('%s is no host', (text) => {
  expect(CheckHost.safeParse(text).success).toBe(false);
});

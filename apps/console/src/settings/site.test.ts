import { describe, expect, it } from 'vitest';
import { siteOf } from './site.ts';

describe('siteOf', () => {
  it.each([
    ['https://app.example.com', 'https://app.example.com'],
    ['  https://app.example.com/orders?id=1#top ', 'https://app.example.com'],
    ['HTTP://App.Example.com:8080/', 'http://app.example.com:8080'],
    ['www.example.cn/店铺', 'https://www.example.cn'],
    ['例子.中国', 'https://xn--fsqu00a.xn--fiqs8s'],
    ['localhost:3000/cart', 'http://localhost:3000'],
    ['127.0.0.1:5173', 'http://127.0.0.1:5173'],
    ['[::1]:5173', 'http://[::1]:5173'],
    ['http://intranet/help', 'http://intranet'],
  ])('%s is a page of %s', (address, site) => {
    expect(siteOf(address)).toBe(site);
  });

  it.each([
    '',
    'shop',
    'javascript:alert(1)',
    'ftp://example.com',
    'https://',
    'two words',
    'https://me@example.com',
    '*',
  ])('“%s” is no site', (address) => {
    expect(siteOf(address)).toBeNull();
  });
});

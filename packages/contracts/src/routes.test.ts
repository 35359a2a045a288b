import { describe, expect, it } from 'vitest';
import * as contracts from './index.ts';

const isRoute = (value: unknown): value is contracts.Route =>
  typeof value === 'object' && value !== null && 'method' in value && 'reply' in value;
const routes = Object.entries<unknown>(contracts).flatMap(([name, value]) =>
  isRoute(value) ? [[name, value] as const] : [],
);

describe('the routes', () => {
  it('are found by this test at all', () => {
    expect(routes.length).toBeGreaterThan(30);
  });

  it('have an address each', () => {
    const addresses = routes.map(([, route]) => `${route.method} ${route.path}`);
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  for (const [name, route] of routes) {
    it(`${name}: path parameters and schema agree, a sentence says what it is for`, () => {
      const inPath = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]).sort();
      const shape = route.params && 'shape' in route.params ? Object.keys(route.params.shape as object).sort() : [];
      expect(shape).toEqual(inPath);
      expect(route.summary).toMatch(/[.]$/);
      if (route.method === 'GET') expect(route.body).toBeUndefined();
      expect(route.path.startsWith('/api/')).toBe(true);
    });
  }
});

describe('chooseLocale', () => {
  it('takes the first language of ours and falls back to English', () => {
    expect(contracts.chooseLocale(['fr', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(contracts.chooseLocale([' en-GB;q=0.9'])).toBe('en');
    expect(contracts.chooseLocale([])).toBe('en');
  });
});

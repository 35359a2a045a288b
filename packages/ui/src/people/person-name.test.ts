import { describe, expect, it } from 'vitest';
import { personName } from './person-name.ts';

describe('personName', () => {
  it('says visitor in the reader’s language, whatever language the visitor came with', () => {
    expect(personName('Visitor 73FD', '访客')).toBe('访客 73FD');
    expect(personName('访客 73FD', 'Visitor')).toBe('Visitor 73FD');
    expect(personName('', 'Visitor')).toBe('Visitor');
  });

  it('leaves names that people have alone', () => {
    expect(personName('Visitor Services', '访客')).toBe('Visitor Services');
    expect(personName('李想', 'Visitor')).toBe('李想');
  });
});

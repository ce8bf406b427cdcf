import { expect, it } from 'vitest';
import { toCsv } from '../../src/commands/admin/csv.ts';

it.each([
  ['plain text', 'boat', 'boat'],
  ['numbers', -1.5, '-1.5'],
  ['a comma', 'a, b', '"a, b"'],
  ['quotes', 'a "b"', '"a ""b"""'],
  ['lines', 'a\nb\r\nc', '"a\nb\r\nc"'],
  ['a formula', '=1+1', `"'=1+1"`],
  ['one with a plus', '+1', `"'+1"`],
  ['one with a minus', '-1', `"'-1"`],
  ['one with an at', '@SUM(A1)', `"'@SUM(A1)"`],
  ['one after a space', ' =1', `"' =1"`],
  ['one after a tab', '\t=1', `"'\t=1"`],
  ['one after a line', '\r\n=1', `"'\r\n=1"`],
  ['one in full width', '＝1', `"'＝1"`],
  ['one that breaks out of its quotes', '=1","=2', `"'=1"",""=2"`],
  ['an equals sign further on', 'a=b', 'a=b'],
  ['nothing', '', ''],
])('%s', (_name, cell, written) => expect(toCsv([[cell, 'end']])).toBe(`\uFEFF${written},end\r\n`));

it('rows end as RFC 4180 has it', () =>
  expect(
    toCsv([
      ['a', 'b'],
      [1, 2],
    ]),
  ).toBe('\uFEFFa,b\r\n1,2\r\n'));

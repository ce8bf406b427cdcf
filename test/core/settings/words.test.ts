import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findWord, foldWord } from '../../../src/core/settings/words.ts';

describe('a word is found', () => {
  it.each([
    ['as it is', 'a gun on a table', 'gun'],
    ['in capitals', 'A GUN on a table', 'gun'],
    ['with accents the list has not', 'a gün on a table', 'gun'],
    ['without accents the list has', 'un cafe', 'café'],
    ['with accents in pieces', 'un cafe\u0301', 'café'],
    ['ß as ss', 'eine STRASSE', 'straße'],
    ['Greek capitals', 'ΟΔΟΣ', 'οδός'],
    ['Cyrillic', 'Ёлка горит', 'елка'],
    ['in full width', 'a ｇｕｎ', 'gun'],
    ['with invisible characters inside', 'a g\u200bu\u00adn', 'gun'],
    ['next to punctuation', '"gun", he said', 'gun'],
    ['within brackets', '[gun]', 'gun'],
    ['beside a hyphen', 'gun-shy', 'gun'],
    ['beside an underscore', 'big_gun', 'gun'],
    ['letters set apart', 'a g.u.n on a table', 'gun'],
    ['letters set apart by hyphens', 'a g-u-n!', 'gun'],
    ['a phrase', 'a red light district', 'red light'],
    ['a phrase across punctuation', 'red, light', 'red light'],
    ['a phrase over two lines', 'red\n light', 'red light'],
    ['a phrase with a hyphen', 'red light', 'red-light'],
    ['Chinese within other characters', '一把手枪在桌上', '手枪'],
    ['Chinese across punctuation', '手・枪', '手枪'],
    ['Japanese', '暴力的な場面', '暴力'],
    ['Thai', 'ภาพปืนบนโต๊ะ', 'ปืน'],
    ['Korean as a word', '큰 총 하나', '총'],
    ['an emoji', 'look 🔫 there', '🔫'],
  ])('%s', (_name, prompt, word) => expect(findWord(prompt, ['nothing', word])).toBe(word));
});

describe('a word is not found', () => {
  it.each([
    ['within another', 'the gunwale of a boat', 'gun'],
    ['at the end of another', 'it has begun', 'gun'],
    ['across an apostrophe', 'he’ll be back', 'hell'],
    ['across words', 'a big under', 'gun'],
    ['a phrase in another order', 'light red', 'red light'],
    ['a phrase with a word between', 'red traffic light', 'red light'],
    ['a kana with another mark', 'がいる', 'か'],
    ['a Hindi word of another vowel', 'की', 'का'],
    ['an empty one', 'anything', ' '],
    ['punctuation alone', 'a boat', '!'],
  ])('%s', (_name, prompt, word) => expect(findWord(prompt, [word])).toBeNull());
});

it('every word is found in itself, however it is written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), (word) => {
      fc.pre(foldWord(word) !== '' && /[\p{L}\p{N}]/u.test(foldWord(word)));
      expect(findWord(`so: ${word} .`, [word])).toBe(word);
    }),
  );
});
